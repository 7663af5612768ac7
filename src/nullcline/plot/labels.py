"""How names, units and parameter values are written in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nullcline.expression import is_name
from nullcline.latex import GREEK, symbol
from nullcline.plot.curves import Curve

_SECTIONS = (
    *("parameters", "derived_parameters", "constants", "coupling_inputs", "inputs"),
    *("derived_variables", "auxiliaries", "state_variables", "states"),
)


class Labels:
    """Labels with the units of a model (a Dynamics or a System), where there is one."""

    def __init__(self, model: Any = None) -> None:
        self.units: dict[str, str] = {}
        for section in _SECTIONS:
            items = getattr(model, section, None) or ()
            pairs = items.items() if isinstance(items, Mapping) else ((i.name, i) for i in items)
            self.units |= {
                name: unit for name, item in pairs if (unit := getattr(item, "unit", None))
            }
        self.time = _with_unit("Time", getattr(model, "time_unit", None))

    def axis(self, name: str) -> str:
        """A variable or a parameter with its unit."""
        return _with_unit(words(name), self.units.get(name))

    def point(self, curve: Curve) -> str:
        """The parameters of a run, or its name."""
        said = [f"{words(name)} = {_number(value)}" for name, value in curve.point.items()]
        return ", ".join(said) or plain(curve.name)


def words(text: str) -> str:
    """A name as a symbol where it reads as one (`mu`, `I_ext`, `x1`); any other text as it is.

    A text that holds a $ is taken to be Matplotlib's own mathematics.
    """
    if not is_name(text) or (text.isalpha() and len(text) > 1 and text not in GREEK):
        return text
    formula = f"${symbol(text)}$"
    return formula if _drawable(formula) else plain(text)


def plain(text: str) -> str:
    """A text in which no dollar sign starts mathematics."""
    return text.replace("$", r"\$")


def _with_unit(label: str, unit: str | None) -> str:
    return f"{label} ({plain(unit)})" if unit else label


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else plain(str(value))


def _drawable(formula: str) -> bool:
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(formula)
    except ValueError:
        return False
    return True
