"""JSON-LD: things inside each other, with the context that says what each key means."""

from __future__ import annotations

from functools import cache
from typing import Any

from nullcline.datamodel import CLASSES
from nullcline.datamodel.iris import NULLCLINE, XSD, predicates
from nullcline.linked.namespaces import PREFIXES
from nullcline.linked.thing import Iri, Literal, Thing, Value, json_text

HTML = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
LARGEST = 2**53
"""Whole numbers up to here are the same in every reader of JSON."""


@cache
def meanings() -> dict[str, tuple[str, bool, bool]]:
    """What each key is without a prefix: its IRI, whether it is a list, and of numbers."""
    found: dict[str, tuple[str, bool, bool]] = {}
    for kind in CLASSES:
        for slot in CLASSES[kind].__dataclass_fields__:
            found.setdefault(slot, meaning(kind, slot))
    return found


def meaning(kind: str, slot: str) -> tuple[str, bool, bool]:
    """The IRI of a slot of a class, whether it is a list, and whether of numbers."""
    known = CLASSES[kind].__dataclass_fields__[slot].metadata
    return predicates(kind)[slot], "many" in known, known["kind"] in {"number", "array"}


def compact(things: list[Thing]) -> dict[str, Any]:
    """The things as one document with its context; nothing in it points to a network."""
    roots = [_thing(root) for root in things]
    used = sorted({key for root in roots for key in _keys(root)})
    context: dict[str, Any] = {"@version": 1.1, "@vocab": NULLCLINE}
    prefixes = sorted({key.partition(":")[0] for key in used if ":" in key})
    context |= {name: PREFIXES[name] for name in prefixes}
    for key in used:
        context |= _definition(key) if key in meanings() else {}
    body = roots[0] if len(roots) == 1 else {"@graph": roots}
    return {"@context": context, **body}


def _definition(key: str) -> dict[str, Any]:
    """What the context says about a key, where it says more than that the key is ours."""
    uri, many, number = meanings()[key]
    said: dict[str, Any] = {} if uri == NULLCLINE + key else {"@id": uri}
    said |= {"@container": "@list"} if many else {}
    said |= {"@type": XSD + "double"} if number else {}
    return {key: {"@id": uri} | said} if said else {}


def _keys(value: Any) -> set[str]:
    """Every key and class of ours below a value."""
    if isinstance(value, list):
        return set().union(*map(_keys, value)) if value else set()
    if not isinstance(value, dict) or "@value" in value:
        return set()
    own = {key for key in value if not key.startswith("@")}
    own |= {kind for kind in value.get("@type", []) if not kind.startswith("http")}
    return own.union(*map(_keys, value.values())) if value else own


def _thing(one: Thing) -> dict[str, Any]:
    said: dict[str, Any] = {"@id": one.iri, "@type": [_short(uri, True) for uri in one.types()]}
    for slot, value in one.facts:
        usual = meanings()[slot] == meaning(one.kind, slot)
        _, many, number = meaning(one.kind, slot)
        if usual:
            said[slot] = _values(value, number)
        else:
            said[_short(one.predicate(slot))] = (
                {"@list": _values(value)} if many else _values(value)
            )
    for uri, value in one.notes:
        said.setdefault(_short(uri), []).append(_values(value))
    return {key: value[0] if _alone(key, value) else value for key, value in said.items()}


def _alone(key: str, value: Any) -> bool:
    """Whether a list holds one note, which may then stand without it."""
    return ":" in key and isinstance(value, list) and len(value) == 1


def _values(value: Value, number: bool = False) -> Any:
    match value:
        case tuple():
            return [_values(item, number) for item in value]
        case Iri(text):
            return {"@id": text}
        case Thing():
            return _thing(value)
        case Literal():
            return _literal(value, number)


def _literal(value: Literal, number: bool) -> Any:
    kind = value.datatype.removeprefix(XSD)
    if kind == "double" and number:
        return value.text
    if not number and kind == "string":
        return value.text
    if not number and kind == "boolean":
        return value.text == "true"
    if not number and kind == "integer" and abs(int(value.text)) < LARGEST:
        return int(value.text)
    return {"@type": value.datatype, "@value": value.text}


def _short(uri: str, kind: bool = False) -> str:
    """A key, by a prefix; a class by a prefix where that is possible."""
    if kind and uri.startswith(NULLCLINE):
        return uri.removeprefix(NULLCLINE)
    for name, namespace in PREFIXES.items():
        if uri.startswith(namespace) and namespace[-1] in "/#":
            return f"{name}:{uri.removeprefix(namespace)}"
    return uri


def json_ld_text(things: list[Thing]) -> str:
    """The text of a JSON-LD document, which may stand inside of HTML as it is."""
    return in_html(json_text(compact(things), pad="")) + "\n"


def in_html(json: str) -> str:
    """The same JSON without the characters that HTML or JavaScript could take for their own."""
    return json.translate(HTML)
