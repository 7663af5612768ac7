"""A matplotlib picture as SVG for a page: no style attributes, colours by class, own ids."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
COLOURS = {
    "#000000": ("ink", "#24292f", "#d7dee6"),
    "#333333": ("ink", "#24292f", "#d7dee6"),
    "#a6a6a6": ("soft", "#a9b2bb", "#57616c"),
    "#0072b2": ("c1", "#0b62a3", "#6cb6ff"),
    "#d55e00": ("c2", "#c2500a", "#ff9a57"),
    "#009e73": ("c3", "#0b7f5e", "#4fd1a5"),
    "#e69f00": ("c4", "#a86f00", "#f2c14e"),
    "#cc79a7": ("c5", "#a94f84", "#eaa6cb"),
    "#56b4e9": ("c6", "#2886bd", "#9ad4f5"),
}
"""What plots are drawn in: the class, the colour on white, the colour in the dark."""

TEXTS = frozenset({f"{{{SVG}}}text", f"{{{SVG}}}tspan"})
_SHAPES = ("svg", "g", "path", "use", "rect", "defs", "clipPath")
KEPT = TEXTS | {f"{{{SVG}}}{name}" for name in _SHAPES}
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_OWN: Any = {"svg.fonttype": "none", "svg.hashsalt": "nullcline", "path.simplify_threshold": 0.25}


def variables(dark: bool) -> str:
    """The colours as CSS variables."""
    shades = {name: (light, night) for name, light, night in COLOURS.values()}
    return " ".join(f"--{name}: {pair[dark]};" for name, pair in shades.items())


def classes() -> str:
    """The rules that colour what a picture holds."""
    names = dict.fromkeys(name for name, _, _ in COLOURS.values())
    rules = (f".s-{n} {{ stroke: var(--{n}); }} .f-{n} {{ fill: var(--{n}); }}" for n in names)
    return "\n".join((*rules, ".plot { stroke-linejoin: round; } .plot text { fill: var(--ink); }"))


def drawn(figure: Figure, name: str, said: str) -> str:
    """The picture as an SVG element; `name` begins every id in it, `said` is its alternative text.

    The same figure gives the same text; lengths are in points, to a hundredth.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context(_OWN):
        figure.savefig(buffer, format="svg", transparent=True)
    root = ElementTree.fromstring(buffer.getvalue())
    _cleaned(root, name)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update({"viewBox": box, "class": "plot", "role": "img", "aria-label": said})
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def standing_alone(element: str) -> str:
    """The same as a file, with its colours inside."""
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {variables(True)} }} }}"
    light = f":root {{ {variables(False)} font-family: sans-serif; }}"
    style = f"<style>{light} {dark} {classes()}</style>"
    head, _, rest = element.partition(">")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}>{style}{rest}\n'


def embedded(file: str) -> str:
    """The element of such a file, for a page that has the colours itself."""
    found = file.partition("\n")[2].strip()
    return re.sub(r"<style>.*?</style>", "", found, count=1, flags=re.DOTALL)


def _cleaned(element: Any, name: str) -> None:
    for child in list(element):
        if child.tag not in KEPT:
            element.remove(child)
        else:
            _cleaned(child, name)
    if element.tag == f"{{{SVG}}}g" and "id" in element.attrib:
        del element.attrib["id"]
    for key, value in list(element.attrib.items()):
        if key.endswith("href") or value.startswith("url("):
            own = value.replace("#", f"#{name}-")
        else:
            own = f"{name}-{value}" if key == "id" else value
        element.set(key, _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", own))
    if d := element.get("d"):
        element.set("d", " ".join(d.split()))
    _unstyled(element)
    if element.tag not in TEXTS:
        element.text = None
        for child in element:
            child.tail = None


def _unstyled(element: Any) -> None:
    """Style as attributes, which a strict policy allows; colours as classes."""
    style, found = element.attrib.pop("style", ""), []
    for part in style.split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if key in ("stroke", "fill") and value.lower() in COLOURS:
            found.append(f"{key[0]}-{COLOURS[value.lower()][0]}")
        elif key == "font-size":
            element.set(key, value)
        elif key == "font-style":
            element.set(key, "italic")
        elif key and key != "font-family":
            element.set(key, value)
    if found:
        element.set("class", " ".join(found))
