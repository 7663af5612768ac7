"""The format that the suffix of a file promises, and the refusal of one that does not suit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

YAML = (".yaml", ".yml")
TITLES: Mapping[str, str] = {
    **dict.fromkeys(YAML, "YAML"),
    **{".json": "JSON", ".jsonld": "JSON-LD", ".ttl": "Turtle", ".nt": "N-Triples"},
    **{".owl": "OWL", ".rdf": "RDF/XML", ".xml": "XML", ".sbml": "SBML", ".omex": "an archive"},
    **{".py": "Python", ".c": "C", ".sarif": "SARIF", ".csv": "CSV", ".tsv": "TSV"},
    **{".nc": "NetCDF", ".zarr": "Zarr", ".h5": "HDF5", ".npz": "NumPy", ".npy": "NumPy"},
    **{".md": "Markdown", ".markdown": "Markdown", ".html": "HTML", ".htm": "HTML"},
    **{".tex": "LaTeX", ".latex": "LaTeX", ".pdf": "PDF", ".svg": "SVG", ".png": "PNG"},
    **{".docx": "Word", ".zip": "a ZIP file", ".gz": "gzip", ".ipynb": "a notebook"},
}
"""The suffixes that promise a format to whoever opens the file, with the name of the format."""

GRAPHS: Mapping[str, tuple[str, ...]] = {
    "turtle": (".ttl",),
    "json-ld": (".jsonld",),
    "owl": (".owl", ".rdf"),
}
DECLARATIONS: Mapping[str, tuple[str, ...]] = {"yaml": YAML, "json": (".json",), **GRAPHS}
"""The formats of models and studies, with the suffixes of each."""


def agreed(
    output: str | Path,
    asked: str | None,
    forms: Mapping[str, Iterable[str]],
    what: str,
    default: str | None = None,
) -> str:
    """Return the format to write into `output`: that which was asked for, else its suffix's.

    `forms` has the suffixes of each format of `what` ("a report"). Raises ValueError where a
    suffix promises another format than the one asked for, and where neither says any.
    """
    suffix = Path(output).suffix.lower()
    by_suffix = next((name for name, known in forms.items() if suffix in known), None)
    if asked is None:
        found = by_suffix or (default if not suffix else None)
        if found is None:
            raise ValueError(f"{output}: {what} is written as {_listed(forms)}")
        return found
    if suffix not in TITLES and by_suffix in {None, default}:
        return asked
    refuse(output, forms.get(asked, ()), f"{what} as {asked}", f"the format {by_suffix}")
    return asked


def refuse(output: str | Path, own: Iterable[str], what: str, other: str = "") -> None:
    """Raise ValueError where the suffix of `output` promises a format that `what` is not.

    `own` are the suffixes of `what`; `other` says what a suffix promises that is in no table.
    """
    suffix = Path(output).suffix.lower()
    own = tuple(own)
    if suffix in own or not (suffix in TITLES or other):
        return
    wanted = f"name the file *{' or *'.join(own)}" if own else "give it another name"
    said = TITLES.get(suffix, other)
    raise ValueError(f"{output}: the suffix promises {said}, not {what}: {wanted}")


def refuse_folder(folder: str | Path, what: str) -> None:
    """Raise ValueError where a folder to be made has the suffix of a file."""
    if not Path(folder).is_dir():
        refuse(folder, (), f"{what}, which is a folder")


def _listed(forms: Mapping[str, Iterable[str]]) -> str:
    *others, last = (next(iter(known)) for known in forms.values())
    return f"{', '.join(others)} or {last}" if others else last
