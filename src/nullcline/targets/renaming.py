"""Names that a target keeps for itself, moved out of its way: injectively and readably."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable


def renamed(
    names: Iterable[str],
    refused: Callable[[str], bool],
    readable: Callable[[str], str] = str,
) -> dict[str, str]:
    """A name for each name: itself where it is not refused, else with underscores appended.

    No two names become one: `gamma` beside a declared `gamma_` becomes `gamma__`. `readable`
    takes out of a refused name what no underscore at its end can mend.
    """
    names = list(names)
    taken = {name for name in names if not refused(name)}
    result = {}
    for name in names:
        new = readable(name) if refused(name) else name
        while refused(new) or (new != name and new in taken):
            new += "_"
        taken.add(new)
        result[name] = new
    return result


def ascii_name(name: str) -> str:
    """The name in ASCII: greek letters by their names, accents dropped, else the code point."""
    plain = "".join(map(_letter, unicodedata.normalize("NFKD", name)))
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"v_{plain}"


def _letter(character: str) -> str:
    if character.isascii():
        return character
    greek = re.match(r"GREEK (\w+) LETTER (?:.* )?(\w+)$", unicodedata.name(character, ""))
    if greek:
        letter = greek[2].lower().replace("lamda", "lambda")  # Unicode's own spelling
        return letter.capitalize() if greek[1] == "CAPITAL" else letter
    return "" if unicodedata.combining(character) else f"u{ord(character):x}"
