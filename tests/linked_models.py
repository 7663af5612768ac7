"""Models that are hard to write down: every kind of slot, with texts and numbers that hurt."""

from typing import Any

from hypothesis import strategies as st

from nullcline.datamodel import CLASSES
from nullcline.testing import hostile_names

HURT = ["@en", "010", "1e5", "true", "null", "", " ", "\n", "a\r\nb", "\r", "\t", '"', '"""', "'"]
HURT += ["\\", "\\n", "\\u0041", "<a>", "]]>", "&amp;", "</script>", "<!--", "{a}", "[x]", "# x"]
HURT += ["^^xsd:int", "%41", "%zz", "/", "..", ".", "?x=1", "a:b", "http://x/y", "é", "e\u0301"]
HURT += ["\u2028", "\ufeff", "\x7f", "\x85", "😀", "  both  ", "\n\nx\n\n", ". ;", "GO:0005261"]
UNPRINTABLE = ["\x00", "\x01", "\x1b[31m", "\ufffe", "\uffff"]
"""Characters that XML cannot hold."""


def texts(*more: str) -> st.SearchStrategy[str]:
    """Texts without halves of characters."""
    any_text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8)
    return st.one_of(st.sampled_from(HURT), any_text, st.sampled_from([*HURT, *more]))


NUMBERS = st.one_of(
    st.sampled_from([0, 1, -7, 10**30, 0.0, -0.0, 1.0, 8 / 3, 5e-324, 1.7976931348623157e308]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
)


def anything(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Plain data, nested; infinity is data, and NaN is nothing that equals itself."""
    single = st.one_of(st.none(), st.booleans(), NUMBERS, text, st.just(float("inf")))
    return st.recursive(
        single,
        lambda part: st.lists(part, max_size=3) | st.dictionaries(text, part, max_size=3),
        max_leaves=6,
    )


def values(known: Any, text: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[Any]:
    """Values of a slot, as the schema says."""
    match known.get("many"):
        case "dict":
            names = hostile_names() if known.get("identifier") else text
            inner = records(known["of"], text, depth - 1, keyed=True)
            return st.dictionaries(names, inner, max_size=2)
        case "list":
            return st.lists(single(known, text, depth), min_size=1, max_size=2)
    return single(known, text, depth)


def single(known: Any, text: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[Any]:
    """One value of a slot."""
    match known["kind"]:
        case "object":
            inner = records(known["of"], text, depth - 1)
            return st.one_of(text.filter(str.strip), inner) if known.get("text") else inner
        case "text" if "pattern" in known:
            return text.map(lambda said: f"10.{said}") if "10" in known["pattern"] else NAMES
        case "text":
            return hostile_names() if known.get("identifier") else text
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(known["values"])
        case "integer":
            return st.integers(known.get("minimum", -5), 10**20)
        case "number":
            low = known.get("minimum")
            return NUMBERS if low is None else NUMBERS.map(abs)
        case "array":
            return st.recursive(NUMBERS, lambda part: st.lists(part, min_size=1, max_size=3))
    return anything(text)


NAMES = st.sampled_from(["x", "x + 1", "-(x)"])
"""What stands where a slot must not be empty: equations mostly, which must be read."""


def records(
    kind: str, text: st.SearchStrategy[str], depth: int, keyed: bool = False
) -> st.SearchStrategy[dict[str, Any]]:
    """The dictionaries of an object of a class: any of its slots, and all that are needed."""
    fields = CLASSES[kind].__dataclass_fields__
    known = {name: slot.metadata for name, slot in fields.items()}
    needed = (
        {"name"} & set(known) if kind in ("Dynamics", "Study", "Event") and not keyed else set()
    )
    free = [
        name
        for name, slot in known.items()
        if (depth > 0 or slot["kind"] != "object") and not (slot.get("key") and keyed)
    ]
    some = st.lists(st.sampled_from(free), max_size=6, unique=True).map(
        lambda names: {*names, *needed}
    )
    return some.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: values(known[name], text, depth) for name in known if name in names}
        )
    )
