"""A model as schema.org describes a data set, for search engines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nullcline.datamodel import Dynamics
from nullcline.datamodel.record import Record
from nullcline.report.page import clean
from nullcline.site.citation import doi_address
from nullcline.site.facts import Facts

Node = dict[str, Any]


def dataset(model: Dynamics, facts: Facts, downloads: Sequence[tuple[str, str, str]]) -> Node:
    """The node of a model; `downloads` are (name, file beside the page, media type).

    Terms: https://schema.org/Dataset and https://schema.org/SoftwareSourceCode.
    """
    named = [facts.kind, "dynamical system", *facts.terms]
    found = {
        "@context": "https://schema.org",
        "@type": ["Dataset", "SoftwareSourceCode"],
        "name": facts.title,
        "alternateName": facts.name if facts.name != facts.title else None,
        "description": facts.description,
        "keywords": list(filter(None, named)),
        "isAccessibleForFree": True,
        "sameAs": clean(model.iri) if clean(model.iri).startswith("http") else None,
        "variableMeasured": [_variable(n, item) for n, item in model.state_variables.items()],
        "citation": list(_citations(model)),
        "distribution": [
            {"@type": "DataDownload", "name": name, "contentUrl": file, "encodingFormat": kind}
            for name, file, kind in downloads
        ],
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _variable(name: str, item: Any) -> Node:
    found = {
        "@type": "PropertyValue",
        "name": clean(name),
        "description": clean(item.description),
        "unitText": clean(item.unit),
    }
    return {key: value for key, value in found.items() if value}


def _citations(model: Dynamics) -> Iterator[Node | str]:
    for reference in model.references:
        if not isinstance(reference, Record):
            yield clean(reference)
            continue
        doi = clean(reference.doi)
        found = {
            "@type": "ScholarlyArticle",
            "name": clean(reference.title),
            "author": [{"@type": "Person", "name": clean(a)} for a in reference.authors or ()],
            "datePublished": "" if reference.year is None else str(reference.year),
            "isPartOf": clean(reference.journal),
            "identifier": f"doi:{doi}" if doi else "",
            "url": doi_address(doi) if doi else "",
        }
        yield {key: value for key, value in found.items() if value}
