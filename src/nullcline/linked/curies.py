"""The terms that modellers attach, such as `GO:0005261`, and the IRIs that they mean."""

from __future__ import annotations

import re
from difflib import get_close_matches

from nullcline.datamodel.iris import NULLCLINE
from nullcline.errors import short
from nullcline.linked import namespaces as ns

OBO = "BFO BTO CARO CHEBI CL DOID ECO ENVO ERO FBbt FMA GO HP IAO IDO MA MONDO MP NBO NCBITaxon"
OBO += " NCIT OBI PATO PO PR RO SO STATO TO UBERON UO VO WBbt ZFA"
IDENTIFIERS = "arxiv biomodels.db efo ensembl hgnc interpro isbn kegg mesh modeldb ncbigene opb"
IDENTIFIERS += " pdb pubmed reactome rhea uniprot vfb"

KNOWN = {
    **{prefix.lower(): f"{ns.OBO}{prefix}_" for prefix in OBO.split()},
    **{prefix: f"http://identifiers.org/{prefix}/" for prefix in IDENTIFIERS.split()},
    "sbo": ns.SBO,
    "kisao": ns.KISAO,
    "mamo": ns.MAMO,
    "edam": "http://edamontology.org/",
    "doi": "https://doi.org/",
    "orcid": "https://orcid.org/",
    "wikidata": "http://www.wikidata.org/entity/",
    "pmid": "http://identifiers.org/pubmed/",
    "biomodels": "http://identifiers.org/biomodels.db/",
    "taxonomy": f"{ns.OBO}NCBITaxon_",
    "rrid": "http://identifiers.org/RRID:",
    "ilx": "http://identifiers.org/ilx/",
    "nifstd": "http://uri.neuinfo.org/nif/nifstd/",
    "apollosv": f"{ns.OBO}APOLLO_SV_",
    "om": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    "qudt": ns.QUDT,
    "unit": ns.UNIT,
    "quantitykind": "http://qudt.org/vocab/quantitykind/",
    "tvbo": "https://w3id.org/tvbo/",
    "nullcline": NULLCLINE,
    "schema": ns.SCHEMA,
    "dcterms": ns.DCTERMS,
    "skos": ns.SKOS,
    "prov": ns.PROV,
}
"""What each prefix stands for, in lower case: as the Bioregistry has it, but for KiSAO,
Wikidata and what it does not know, which are as in their own files."""

CURIE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(?!//)([^\s<>\"{}|\\^`\x00-\x20]+)")
IRI = re.compile(r"(https?|urn|info|ftp):[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"{}|\\^`\x00-\x20]+")
"""Characters that no IRI holds are left out, so that what is made of a text is one."""


class CurieError(Exception):
    """A text that is no link, in words, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


def expand(text: str) -> str:
    """The IRI that a text means: an IRI, a prefix with an identifier, or a DOI.

    Raises CurieError for an unknown prefix and for what is neither.
    """
    said = text.strip()
    if DOI.fullmatch(said):
        return f"{KNOWN['doi']}{escaped(said)}"
    if IRI.fullmatch(said):
        return escaped(said)
    found = CURIE.fullmatch(said)
    shown = short(said)
    if not found:
        hint = "write PREFIX:IDENTIFIER, such as GO:0005261, or the whole IRI"
        raise CurieError(f"`{shown}` is neither an IRI nor a prefix with an identifier", hint)
    prefix, local = found.groups()
    if namespace := KNOWN.get(prefix.lower()):
        return namespace + escaped(local)
    near = get_close_matches(prefix.lower(), KNOWN, 1)
    hint = f"did you mean `{near[0]}`?" if near else "write the whole IRI"
    raise CurieError(f"the prefix of `{shown}` is not known, so no link is made of it", hint)


def escaped(text: str) -> str:
    """A text without a % that encodes nothing, which some readers of IRIs refuse."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
