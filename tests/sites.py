"""Models for sites: an ordinary one, strangers' texts wherever texts may stand, odd files."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import yaml

EVIL = (
    "</script><script>alert(1)</script></style></title></textarea><!-- --> <img src=x"
    " onerror=alert(1)> \" onmouseover=\"alert(1)\" ' onfocus='alert(1)' &lt;b&gt; ]]> {{7*7}}"
    " ${x} javascript:alert(1)"
    " \u2028 \u2029 日本 é"
)
VDP = """\
name: VdP
label: Van der Pol oscillator
model_type: generic
description: A relaxation oscillator.
parameters:
  mu: {value: 1.25, description: Damping, unit: per_ms}
state_variables:
  x: {equation: "z", initial_value: 0.5, unit: mV, description: Position}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
references:
  - title: On relaxation-oscillations
    authors: [B. van der Pol]
    year: 1926
    doi: 10.1080/14786442608564127
"""
DECAY = """\
name: Decay
time_unit: s
iri: "GO:0008150"
state_variables:
  A: {equation: "-A", initial_value: 1.0, grounding: ["http://purl.obolibrary.org/obo/CHEBI_24431"]}
"""
LORENZ = """\
name: Lorenz
label: Rössler's neighbour
state_variables:
  X: {equation: "10*(Y - X)", initial_value: 1.0}
  Y: {equation: "X*(28 - Z) - Y", initial_value: 1.0}
  Z: {equation: "X*Y - 8/3*Z", initial_value: 1.0}
"""
DISCRETE = """\
name: Logistic map
system_type: discrete
state_variables:
  x: {equation: "4*x*(1 - x)", initial_value: 0.3}
"""


def hostile():
    """A model that says the same of everything."""
    link = "javascript:alert(1)"
    found = {
        "name": "A " + EVIL,
        "label": "L " + EVIL,
        "description": EVIL + "\n\n- " + EVIL,
        "iri": link,
        "time_unit": "s",
        "source": EVIL,
        "parameters": {
            "p": {"value": 1.0, "unit": EVIL, "description": EVIL, "grounding": [EVIL, link]}
        },
        "state_variables": {
            "größe_日本": {
                "equation": "-p*größe_日本",
                "initial_value": 1.0,
                "unit": "$\\frac{" + EVIL,
                "description": EVIL,
                "grounding": ["data:text/html,<script>alert(1)</script>"],
            },
            "_hidden": {"equation": "größe_日本", "initial_value": 0.0, "unit": "</text>"},
        },
        "references": [
            EVIL,
            {"title": EVIL, "authors": [EVIL], "journal": EVIL, "doi": "10.1/" + EVIL, "url": link},
            {"title": "T", "key": EVIL, "url": 'https://example.org/"><script>alert(1)</script>'},
        ],
    }
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False)


def write(folder, **files):
    """Model files in a folder, by stem."""
    folder.mkdir(exist_ok=True)
    for stem, text in files.items():
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return [(path, path.name) for path in sorted(folder.glob("*.yaml"))]


class Reader(HTMLParser):
    """What a browser makes of a page: its elements, its texts, its scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.words, self.inside = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if self.inside and self.inside[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = attributes, text + data
        elif "style" not in self.inside:
            self.words.append(data)

    @property
    def text(self):
        """The words of the page, as a person reads them."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag):
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
