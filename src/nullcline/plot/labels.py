"""How names, units and parameter values are written in a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nullcline.engine import KINDS
from nullcline.errors import ExpressionError
from nullcline.expression import is_name, parse
from nullcline.latex import GREEK, latex, symbol
from nullcline.plot.curves import Curve
from nullcline.plot.swept import TIME, is_dataset

_SECTIONS = (
    *("parameters", "derived_parameters", "constants", "coupling_inputs", "inputs"),
    *("derived_variables", "auxiliaries", "state_variables", "states"),
)
_MEASURES = {
    "std": "Standard deviation of",
    "maxima": "Number of maxima of",
    "final": "Final",
    "time": "Time of",
    "time_above": "Time above threshold of",
    "lyapunov": "Largest Lyapunov exponent",
}
"""How a kind of feature is said, where it is not its name with `of`."""


class Labels:
    """Labels with the units of a model (a Dynamics or a System), a Dataset or a Trajectory."""

    def __init__(self, model: Any = None) -> None:
        self.units: dict[str, str] = {}
        self.features: dict[str, str] = {}
        if is_dataset(model):
            for name, item in model.variables.items():
                if unit := item.attrs.get("units"):
                    self.units[str(name)] = str(unit)
                if said := item.attrs.get("feature"):
                    self.features[str(name)] = str(said)
            self.time = _with_unit("Time", self.units.get(TIME))
            return
        if isinstance(given := getattr(model, "units", None), Mapping):  # a Trajectory's own
            self.units = dict(given)
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

    def name(self, name: str) -> str:
        """A variable or a parameter without its unit."""
        return words(name)

    def shared(self, names: Sequence[str]) -> str:
        """What variables of one unit have in common: the name of a single one, and the unit."""
        label = words(names[0]) if len(names) == 1 else "State"
        return _with_unit(label, self.units.get(names[0]))

    def feature(self, name: str) -> str:
        """A feature in words (`amplitude_x`: Amplitude of x) with its unit."""
        return _with_unit(measure(self.features.get(name, name)), self.units.get(name))

    def point(self, curve: Curve) -> str:
        """The parameters of a run, or its name."""
        return self.given(curve.point) or plain(curve.name)

    def given(self, values: Mapping[str, float]) -> str:
        """Names with their values, as a list."""
        return ", ".join(f"{words(name)} = {_number(value)}" for name, value in values.items())


def measure(text: str) -> str:
    """A feature in words: `amplitude:x`, or the name `amplitude_x`, is the amplitude of x."""
    for kind in sorted(KINDS, key=len, reverse=True):
        if text == kind or text.startswith((f"{kind}:", f"{kind}_")):
            of = text[len(kind) + 1 :].strip()
            key = "time" if kind == "time_above" and any(sign in of for sign in "<>") else kind
            said = _MEASURES.get(key, f"{kind.capitalize()} of")
            return f"{said} {formula(of)}" if of else said
    return words(text)


def formula(text: str) -> str:
    """An expression as it would be set in print; as it is written where that cannot be drawn."""
    if is_name(text):
        return words(text)
    try:
        tree = parse(text, gives="truth" if any(sign in text for sign in "<>") else "number")
        said = f"${latex(tree)}$"
    except ExpressionError:
        return plain(text)
    return said if _drawable(said) else plain(text)


def words(text: str) -> str:
    """A name as a symbol where it reads as one (`mu`, `I_ext`, `x1`); any other text as it is.

    A text that holds a $ is taken to be Matplotlib's own mathematics.
    """
    if not is_name(text) or (text.isalpha() and len(text) > 1 and text not in GREEK):
        return text
    if text.startswith("initial_"):
        return f"initial {words(text.removeprefix('initial_'))}"
    said = f"${symbol(text)}$"
    return said if _drawable(said) else plain(text)


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
