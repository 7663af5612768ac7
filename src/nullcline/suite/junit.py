"""The matrix as JUnit XML, in the form that CI systems read: a suite a target, a case a model."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from nullcline.conformance import Outcome
from nullcline.conformance.table import sentence
from nullcline.suite.matrix import INVALID, Matrix
from nullcline.suite.model import Model

TAGS = {
    Outcome.DEVIATES: "failure",
    Outcome.FAILED: "error",
    Outcome.UNSUPPORTED: "skipped",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_RUN: "skipped",
    Outcome.UNDEFINED: "failure",
}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def to_junit(matrix: Matrix) -> str:
    """The text of the file; a skip is an error where every engine is required."""
    root = ElementTree.Element("testsuites", name="nullcline conform")
    for target in matrix.targets:
        suite = ElementTree.SubElement(root, "testsuite", name=_legal(target))
        suite.set("timestamp", matrix.started.strftime("%Y-%m-%dT%H:%M:%S"))
        for model in matrix.models:
            _case(suite, matrix, model, target)
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element[str], matrix: Matrix, model: Model, target: str) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", name=_legal(model.path), classname=f"nullcline.{_legal(target)}"
    )
    cell = matrix.cell(model, target)
    seconds = cell.verdict.seconds if cell else 0.0
    case.set("time", f"{seconds:.3f}")
    if cell is None:
        said = "\n".join(model.problems)
        ElementTree.SubElement(case, "error", message=INVALID, type="invalid").text = _legal(said)
        return
    verdict = cell.verdict
    tag = TAGS.get(verdict.outcome)
    if tag is None:
        ElementTree.SubElement(case, "system-out").text = _legal(sentence(verdict))
        return
    tag = "error" if tag == "skipped" and matrix.wrong(cell) else tag
    found = ElementTree.SubElement(case, tag, message=_legal(verdict.reason))
    if tag != "skipped":
        found.set("type", str(verdict.outcome))
        found.text = _legal(f"{model.path} in {target} {sentence(verdict)}")


def _count(element: ElementTree.Element[str]) -> None:
    for name, tag in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    seconds = sum(float(case.get("time", "0")) for case in element.iter("testcase"))
    element.set("time", f"{seconds:.3f}")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
