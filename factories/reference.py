"""The reference of the layout format, written from its JSON Schema.

``python -m factories.reference docs/layouts.md`` brings the page up to date.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from factories.equipment import Equipment
from factories.schema import json_schema

BEGIN, END = "<!-- reference: begin -->", "<!-- reference: end -->"


def reference() -> str:
    """Markdown: the keys of a layout, those that all equipment has, and those of each kind."""
    schema = json_schema()
    mapping = schema["properties"]["equipment"]["items"]["discriminator"]["mapping"]
    kinds = {name: _resolve({"$ref": ref}, schema) for name, ref in mapping.items()}
    common = Equipment.model_json_schema()
    lines = ["### The layout", "", *_table(schema, schema), "", "### What all equipment has", ""]
    lines += _table(common, schema)
    for name, kind in kinds.items():
        own = {key: value for key, value in kind["properties"].items() if key not in common["properties"]}
        required = set(kind.get("required", ())) | {"type"}
        lines += ["", f"### `{name}`", "", _markdown(kind["description"])]
        if "at" not in required:
            lines += ["", "`at` may be left out: its frame is then the hall's."]
        if own:
            lines += ["", *_table({"properties": own, "required": required}, schema)]
    return "\n".join(lines).rstrip() + "\n"


def insert(text: str) -> str:
    """A page with the reference put between its two markers."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    return f"{head}{BEGIN}\n\n{reference()}\n{END}{tail}"


def _table(model: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    for key, field in model["properties"].items():
        default = "**required**" if key in model.get("required", ()) else _default(field)
        yield f"| `{key}` | {_value(field, schema)} | {default} | {_markdown(field.get('description', ''))} |"


def _value(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "oneOf" in field:
        return "equipment"
    field = _resolve(field, schema)
    if "anyOf" in field:
        return " or ".join(_value(part, schema) for part in field["anyOf"] if part.get("type") != "null")
    if "const" in field:
        return f"`{json.dumps(field['const'])}`" if not isinstance(field["const"], str) else "text"
    if "enum" in field:
        return ", ".join(f"`{value if isinstance(value, str) else json.dumps(value)}`" for value in field["enum"])
    if field.get("type") == "array":
        return _list(field, schema)
    return {"string": "text", "boolean": "`true`, `false`"}.get(field["type"]) or f"{field['type']}{_range(field)}"


def _list(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "prefixItems" in field:
        return f"{len(field['prefixItems'])} numbers"
    inner = _value(field["items"], schema)
    return f"list of {inner}" if " " not in inner or "," in inner else f"list of [{inner}]"


def _range(field: Mapping[str, Any]) -> str:
    low = f">= {field['minimum']:g}" if "minimum" in field else ""
    low = low or (f"> {field['exclusiveMinimum']:g}" if "exclusiveMinimum" in field else "")
    high = f"<= {field['maximum']:g}" if "maximum" in field else ""
    bounds = ", ".join(bound for bound in (low, high) if bound)
    return f" {bounds}" if bounds else ""


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    return "" if value in (None, "", []) else f"`{json.dumps(value)}`"


def _markdown(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


def _resolve(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return part


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(insert(page.read_text(encoding="utf-8")), encoding="utf-8")
