"""What a report says about a model, section by section."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from nullcline import structure
from nullcline.datamodel import Dynamics
from nullcline.latex import TIME
from nullcline.report.equations import Equations
from nullcline.report.page import (
    Block,
    Cell,
    Code,
    Items,
    Link,
    Math,
    Page,
    Paragraph,
    Section,
    Text,
    clean,
    paragraphs,
    table,
    text,
)

MISSING = "not given"
_ABOUT = ("Unit", "Description")


def page_of(model: Dynamics) -> Page:
    """The report on a model, in no particular format."""
    equations = Equations(model)
    found = [
        _states(model, equations),
        _defined("Derived variables", model.derived_variables, equations),
        _defined("Derived parameters", model.derived_parameters, equations),
        _functions(model, equations),
        _numbers("Parameters", "Value", "value", model.parameters, equations),
        _numbers(
            "State variables", "Initial value", "initial_value", model.state_variables, equations
        ),
        _inputs(model, equations),
        _unexpressed(model),
        _notes(model),
        _references(model),
    ]
    label = paragraphs(model.label) if model.label and model.label != model.name else ()
    unit = paragraphs(model.time_unit and f"Time is in {model.time_unit}.")
    opening = (*label, *paragraphs(model.description), *unit, *_no_time(equations))
    return Page(clean(model.name) or "Model", opening, tuple(part for part in found if part.blocks))


def _no_time(equations: Equations) -> tuple[Block, ...]:
    """A word on a declared `t`, which takes the name of the time."""
    if "t" not in equations.declared:
        return ()
    words = Text(" is declared by this model and is not the time, which is ")
    return (Paragraph((equations.name("t"), words, Math(TIME), Text("."))),)


def _states(model: Dynamics, equations: Equations) -> Section:
    found = [equations.state(name, item) for name, item in model.state_variables.items()]
    blocks = _blocks(found) or (Paragraph(text("The model declares no state variable.")),)
    return Section("State equations", blocks)


def _defined(title: str, items: Mapping[str, Any], equations: Equations) -> Section:
    blocks = _blocks([equations.definition(name, item) for name, item in items.items()])
    return Section(title, (*blocks, *_about(items, equations)))


def _functions(model: Dynamics, equations: Equations) -> Section:
    blocks: list[Block] = []
    for name, function in model.functions.items():
        blocks += _blocks([equations.function(name, function)])
        blocks += paragraphs(function.description)
        blocks += _about(function.arguments, equations)
    return Section("Functions", tuple(blocks))


def _blocks(found: list[Any]) -> tuple[Block, ...]:
    return tuple(Paragraph((part,)) if isinstance(part, Text) else part for part in found)


def _about(items: Mapping[str, Any], equations: Equations) -> tuple[Block, ...]:
    """Units, descriptions and domains of what has an equation, if there are any."""
    rows = [
        ((equations.name(name),), text(i.unit), text(i.description), _domain(i))
        for name, i in items.items()
    ]
    return table(("Name", *_ABOUT, "Domain"), rows) if any(any(row[1:]) for row in rows) else ()


def _numbers(
    title: str, column: str, slot: str, items: Mapping[str, Any], equations: Equations
) -> Section:
    rows = [
        (
            (equations.name(name),),
            text(_number(getattr(item, slot))),
            text(item.unit),
            text(item.description),
            _domain(item),
        )
        for name, item in items.items()
    ]
    return Section(title, table(("Name", column, *_ABOUT, "Domain"), rows))


def _number(value: Any) -> str:
    return MISSING if value is None else repr(structure.plain(value))


def _domain(item: Any) -> Cell:
    domain = getattr(item, "domain", None)
    if domain is None:
        return ()
    low, high = (
        "" if end is None or math.isinf(end) else repr(end) for end in (domain.lo, domain.hi)
    )
    found = {
        (True, True): f"{low} to {high}",
        (True, False): f"≥ {low}",
        (False, True): f"≤ {high}",
    }.get((bool(low), bool(high)), "any number")
    extras = {"step": domain.step, "points": domain.n, "logarithmic": domain.log_scale or None}
    said = [
        name if value is True else f"{name} {value!r}" for name, value in extras.items() if value
    ]
    return text(", ".join([found, *said]))


def _inputs(model: Dynamics, equations: Equations) -> Section:
    rows = [
        ((equations.name(name),), text(item.unit), text(item.description))
        for name, item in model.coupling_inputs.items()
    ]
    found = table(("Name", *_ABOUT), rows)
    words = text("Each input is 0 where nothing is connected.")
    return Section("Inputs", (Paragraph(words), *found) if found else ())


def _unexpressed(model: Dynamics) -> Section:
    rows = [
        ((Code(_path(path)),), text(slot.get("feature")), text(_shown(value)))
        for path, slot, value in structure.kept(model)
        if slot["kept"] == "dynamics"
    ]
    words = (
        "The declaration also says what follows. It changes the dynamics, and the equations above"
        " leave it out: Nullcline keeps it, but does not simulate or export a model that has it."
    )
    found = table(("Where", "Feature", "What the declaration says"), rows)
    return Section("Not expressed by Nullcline", (Paragraph(text(words)), *found) if found else ())


def _notes(model: Dynamics) -> Section:
    """The slots that cannot change the dynamics, a row for each object that has some."""
    rows: dict[tuple[str | int, ...], list[str]] = {}
    for path, slot, value in structure.kept(model):
        if slot["kept"] == "note" and path != ("label",):
            rows.setdefault(path[:-1], []).append(f"{path[-1]}: {_shown(value)}")
    cells = [(_owner(path), text("; ".join(said))) for path, said in rows.items()]
    return Section("Notes", table(("Where", "Note"), cells))


def _owner(path: tuple[str | int, ...]) -> Cell:
    return (Code(_path(path)),) if path else text("the model")


def _path(path: tuple[str | int, ...]) -> str:
    return clean("/".join(map(str, path)))


def _shown(value: Any) -> str:
    """Plain data in a few words."""
    match structure.plain(value):
        case dict() as parts:
            return ", ".join(f"{key}: {_nested(_keyed(key, part))}" for key, part in parts.items())
        case list() as parts:
            return ", ".join(map(_nested, parts))
        case bool() as flag:
            return "yes" if flag else "no"
        case None:
            return "empty"
        case plain:
            return clean(plain)


def _keyed(key: str, part: Any) -> Any:
    """What stands under a key, without a name that only repeats it."""
    repeats = isinstance(part, dict) and part.get("name") == key
    return {name: value for name, value in part.items() if name != "name"} if repeats else part


def _nested(value: Any) -> str:
    return f"({_shown(value)})" if isinstance(value, dict | list) else _shown(value)


def _references(model: Dynamics) -> Section:
    items = tuple(filter(None, map(_reference, model.references)))
    return Section("References", (Items(items),) if items else ())


def _reference(found: Any) -> Cell:
    if isinstance(found, str):
        return text(found)
    authors = ", ".join(map(clean, found.authors or ()))
    year = f"({found.year})" if found.year is not None else ""
    head = " ".join(filter(None, (authors, year)))
    said = [part.rstrip(".") for part in (head, clean(found.title), clean(found.journal)) if part]
    links = list(_links(found))
    words = ". ".join(said) or ("" if links else clean(found.key))
    opening = text(f"{words}." if words else "")
    return tuple(part for link in (*opening, *links) for part in (link, Text(" ")))[:-1]


def _links(found: Any) -> Iterator[Link]:
    if found.doi:
        yield Link(f"doi:{clean(found.doi)}", f"https://doi.org/{clean(found.doi)}")
    address = clean(found.url)
    if address.lower().startswith(("http://", "https://")):
        yield Link(address, address)
    elif address:
        yield Link(address, "")
