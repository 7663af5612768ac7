"""JSON: the dictionaries of a model file, with each key once."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Any

from nullcline.document import Document
from nullcline.errors import ModelError, Place, Problem
from nullcline.sources import fail, foreign, read_text, too_deep
from nullcline.structure.scalars import as_node

LARGEST = 20_000_000  # characters of a file
DEEPEST = 50  # collections inside collections


def parse(text: str, file: str | None = None, deepest: int = DEEPEST) -> Any:
    """The plain data that a text holds; raises ModelError, also for a key that stands twice and
    for more than `deepest` collections inside collections."""
    if len(text) > LARGEST:
        fail(f"the file holds more than {LARGEST:,} characters", file)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            fail(f"`{twice}` stands twice in one object", file, "give each key once")
        return found

    def constant(word: str) -> float:
        if word == "NaN":
            fail("`NaN` stands here, and JSON has no such number", file)
        return float(word)  # infinity is no word of JSON's, but many programs write it

    try:
        data = json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=once, parse_constant=constant
        )
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        foreign.refuse(text, file)
        said = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        place = Place((), file, error.lineno, error.colno)
        raise ModelError([Problem(said, place)]) from None
    except RecursionError:
        fail(too_deep(deepest), file)
    except UnicodeEncodeError:
        fail("a text holds half of a character (a lone surrogate)", file)
    except ValueError:
        fail("a whole number has too many digits", file)
    if _deeper(data, deepest):
        fail(too_deep(deepest), file)
    return data


def _deeper(data: Any, deepest: int) -> bool:
    """Tell whether collections stand in more than so many others (the parser's own limit is another
    in each version of Python)."""
    level, depth = [data], 0
    while level := [
        part
        for whole in level
        if isinstance(whole, (dict, list))
        for part in (whole.values() if isinstance(whole, dict) else whole)
        if isinstance(part, (dict, list))
    ]:
        depth += 1
        if depth > deepest:
            return True
    return False


def read(text: str, file: str | None = None) -> Document:
    """The document that a text holds; raises ModelError with every fault."""
    data = parse(text, file)
    if not isinstance(data, dict):
        fail("the file does not hold an object, in curly brackets", file)
    found = Document(as_node(data, lambda path, key=False: Place(path, file)), file)
    foreign.refuse_template(found)
    return found


def read_file(path: str | FilePath) -> Document:
    """The document that a file holds; raises ModelError where it cannot be read."""
    return read(read_text(path, LARGEST), str(path))
