"""Damaged files of every format that is read: archives, YAML, JSON, graphs, verdicts, SPARQL."""

import contextlib
import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from nullcline import archive, datamodel, linked
from nullcline.datamodel import Verdict
from nullcline.dynamics import Dynamics
from nullcline.errors import NullclineError
from nullcline.site.verdict import read_verdicts
from nullcline.study import study_and_model
from nullcline.validation.checks import Sheet, check, fill

MODEL = """\
name: VdP
label: Van der Pol
description: "of 1926, é"
references: [{key: vdp1926, doi: 10.1080/14786442608564127, authors: [B. van der Pol], year: 1926}]
parameters:
  mu: {value: 1.0, unit: 1/s, domain: {lo: 0, hi: 10, step: 0.1}}
derived_parameters: {nu: {equation: 2*mu}}
functions: {f: {arguments: {u: {}}, equation: u**2}}
coupling_inputs: {I: {}}
state_variables:
  x: {equation: z + I, initial_value: 1.0}
  z: {equation: "mu*(1 - f(x))*z - x + s", initial_value: 0.0}
derived_variables:
  s:
    conditional: true
    cases: [{condition: x > 1, equation: "0.1"}, {condition: "True", equation: "0"}]
"""
STUDY = """\
name: s
model: model.yaml
runs: {r: {duration: 10, sampling: 0.1, parameters: {mu: 2.0}}}
sweeps: {w: {run: r, axes: {mu: {values: [1, 2, 3]}}, outputs: [x], features: [amplitude:x]}}
"""
WORDS = [
    *(b"", b"\x00", b"\x1b", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b"\xc2\x85"),
    *(b"{", b"}", b"[", b"]", b":", b": ", b",", b'"', b"'", b"&a ", b"*a", b"!!python/x ", b"- "),
    *(b"---\n", b"...\n", b"? ", b"| ", b"> ", b"<<: ", b"#", b"%YAML 9.9\n", b"null", b"true"),
    *(b"NaN", b".nan", b"-.inf", b"1e999", b"0x1", b"9" * 500, b"1" * 5000, b"-0.0", b"1_0"),
    *(b"[" * 60, b"{a: " * 60, b"(" * 300, b"\\ud800", b"\\u0000", b"\\x9b", b"<<<<<<< HEAD\n"),
    *(
        b"<",
        b">",
        b"</",
        b"/>",
        b"<!DOCTYPE a [",
        b"<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        b"&x;",
    ),
    *(b"@prefix : <x> .", b"_:b", b"<a b>", b"()", b";", b" .", b'"""', b"^^xsd:integer", b"@en"),
    *(
        b"PREFIX ",
        b"SELECT ",
        b"?x ",
        b"FILTER",
        b"**",
        b"+",
        b"^",
        b"lambda:",
        b"__import__('os')",
    ),
    *(b"__class__", b"../", b"/etc/passwd", b"C:\\", b"\xe2\x80\xae", b"\xf0\x9f\x92\xa9"),
]


def damaged(data: bytes, random: random.Random) -> bytes:
    """Bytes with a few faults: flipped, set, taken out, doubled, swapped, cut off, words put in."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8, 40))):
        at = random.randrange(len(found) + 1)
        end = min(len(found), at + random.choice((1, 1, 2, 5, 20, 200)))
        match random.randrange(8):
            case 0 if at < len(found):
                found[at] ^= 1 << random.randrange(8)
            case 1 if at < len(found):
                found[at] = random.randrange(256)
            case 2:
                del found[at:end]
            case 3:
                found[at:at] = found[at:end] * random.choice((1, 1, 3, 100))
            case 4:
                to = random.randrange(len(found) + 1)
                part = found[at:end]
                del found[at:end]
                found[to:to] = part
            case 5:
                del found[at:]
            case _:
                found[at : random.choice((at, end))] = random.choice(WORDS)
    return bytes(found)


@cache
def packed() -> bytes:
    """An archive of the model, with what it is in two targets."""
    model = Dynamics.from_yaml(MODEL)
    study = datamodel.Study("s")
    proved = [
        Verdict(
            target=name, model_name="VdP", outcome="conforms", exported_text=model.render_code(name)
        )
        for name in ("python", "c")
    ]
    return archive.pack(archive.archive(model, study, proved).entries())


def in_archive(data: bytes, random: random.Random) -> bytes:
    """The same archive with members damaged, renamed or added: each whole as a part of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        members = [(info.filename, held.read(info)) for info in held.infolist()]
    names = [
        "",
        ".",
        "..",
        "/a",
        "a//b",
        "../m",
        "a\\b",
        "C:a",
        "a" * 70000,
        "model.yaml/x",
        "\u202e",
    ]
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(members))
        name, content = members[at]
        match random.randrange(6):
            case 0:
                members[at] = (random.choice(names)[:65535], content)
            case 1:
                members.append((random.choice([*names, name])[:65535], content))
            case 2:
                del members[at]
                members = members or [("a", b"")]
            case 3 if name == "manifest.xml":
                form = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7"))
                text = content.decode("utf-8", "replace").replace("UTF-8", form[:6])
                bomb = '<!DOCTYPE o [<!ENTITY x "y">]>'
                text = text.replace("<omex", f"{random.choice(('', bomb))}<omex", 1)
                members[at] = (name, text.encode(form, "replace"))
            case _:
                members[at] = (name, damaged(content, random))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, random.choice((0, 8, 12, 14))
            with warnings.catch_warnings(action="ignore"):  # of a name that is there twice
                made.writestr(info, content)
    return stream.getvalue()


def in_headers(data: bytes, random: random.Random) -> bytes:
    """The same archive with fields of its headers set: sizes, methods, flags, offsets, extras."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5))):
        mark = random.choice((b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"))
        places = [at for at in range(len(found)) if found[at : at + 4] == mark] or [0]
        at = random.choice(places) + random.randrange(4, 46)
        form, most = random.choice((("<H", 2**16), ("<I", 2**32), ("<B", 2**8)))
        value = random.choice((0, 1, 9, 12, 14, 93, 99, most - 1, random.randrange(most)))
        if at + struct.calcsize(form) <= len(found):
            struct.pack_into(form, found, at, min(value, most - 1))
    return bytes(found)


def read_as_commands_do(path: Path) -> None:
    """Read a file by every way that commands have; only sentences may come of it."""
    verdict = check(path)
    if any("Nullcline did not expect" in str(item) for item in verdict.errors):
        fill(Sheet(path))  # raises what was caught
    readers: list[Callable[[Path], object]] = [study_and_model, linked.load, _meant]
    readers += [archive.read] if path.suffix == ".omex" else []
    readers += [read_verdicts] if path.suffix == ".json" else []
    for read in readers:
        with contextlib.suppress(NullclineError):
            read(path)
    for problem in (*verdict.errors, *verdict.notes):
        assert str(problem).isprintable()


def _meant(path: Path) -> None:
    """What the model means, where the file holds one."""
    model = study_and_model(path)[1]
    model.system()
    Dynamics.from_dict(model.to_dict())


def archives(random: random.Random, folder: Path) -> None:
    """An archive damaged as bytes, in its headers or in its members."""
    ways = (damaged, in_headers, in_archive, in_archive)
    path = folder / "a.omex"
    path.write_bytes(random.choice(ways)(packed(), random))
    read_as_commands_do(path)


def of_format(suffix: str, whole: Callable[[], bytes]) -> Callable[[random.Random, Path], None]:
    """A case of files of one format."""

    def case(random: random.Random, folder: Path) -> None:
        (folder / "model.yaml").write_text(MODEL, encoding="utf-8")
        path = folder / f"a{suffix}"
        path.write_bytes(damaged(whole(), random))
        read_as_commands_do(path)

    return case


@cache
def dumped(format: str) -> bytes:
    """The model in a format."""
    return linked.dump(Dynamics.from_yaml(MODEL), format).encode()


@cache
def judged() -> bytes:
    """Verdicts as `nullcline conform --json` writes them."""
    with zipfile.ZipFile(io.BytesIO(packed())) as held:
        return held.read("conformance.json")


def studies(random: random.Random, folder: Path) -> None:
    """A study, its model, or both."""
    both = random.random() < 0.3
    text = STUDY.encode()
    (folder / "model.yaml").write_bytes(damaged(MODEL.encode(), random) if both else MODEL.encode())
    (folder / "s.yaml").write_bytes(damaged(text, random))
    read_as_commands_do(folder / "s.yaml")


def queries(random: random.Random, folder: Path) -> None:
    """A query in SPARQL."""
    from nullcline.linked.query import ask, examples
    from nullcline.sources.graph_text import parse

    text = random.choice(sorted(examples().values()))
    text = damaged(text.encode(), random).decode("utf-8", "replace")
    with contextlib.suppress(NullclineError):
        ask(parse(dumped("turtle").decode(), "turtle"), text)


CASES = {
    "archives": archives,
    "yaml": of_format(".yaml", MODEL.encode),
    "json": of_format(".json", lambda: dumped("json")),
    "turtle": of_format(".ttl", lambda: dumped("turtle")),
    "json-ld": of_format(".jsonld", lambda: dumped("json-ld")),
    "owl": of_format(".owl", lambda: dumped("owl")),
    "verdicts": of_format(".json", judged),
    "studies": studies,
    "queries": queries,
}
