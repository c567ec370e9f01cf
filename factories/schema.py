"""The layout format as JSON Schema, for editors and for the documentation."""

from typing import Any


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a layout file."""
    from factories.layout import Layout

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Layout.model_json_schema()}
