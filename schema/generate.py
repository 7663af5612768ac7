"""Write what follows from schema/nullcline.yaml, for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path

from editors import json_schema
from linkml.generators.jsonldcontextgen import ContextGenerator
from linkml.generators.jsonschemagen import JsonSchemaGenerator
from linkml_runtime.utils.schemaview import SchemaView
from ontology import ontology
from records import datamodel
from shapes import shapes
from vocabulary import page

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema" / "nullcline.yaml"


def outputs() -> dict[Path, str]:
    """Every generated file and its text."""
    view = SchemaView(str(SCHEMA))
    schema = json.loads(JsonSchemaGenerator(str(SCHEMA)).serialize())
    for version in ("metamodel_version", "version"):
        schema.pop(version, None)
    context = json.loads(ContextGenerator(str(SCHEMA), metadata=False).serialize())
    for_files = json.dumps(json_schema(schema, view), indent=1, ensure_ascii=False) + "\n"
    shacl = shapes(str(SCHEMA), view)
    package = ROOT / "src" / "nullcline" / "datamodel"
    generated = ROOT / "schema" / "generated"
    return {
        package / "__init__.py": datamodel(view),
        package / "nullcline.schema.json": for_files,
        generated / "nullcline.schema.json": for_files,
        generated / "nullcline.context.jsonld": json.dumps(context, indent=1) + "\n",
        generated / "nullcline.owl.ttl": ontology(str(SCHEMA), view),
        generated / "nullcline.shacl.ttl": shacl,
        package / "nullcline.shacl.ttl": shacl,
        ROOT / "docs" / "vocabulary.md": page(view),
    }


def main() -> None:
    """Write the files that have changed."""
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
