"""The documentation of the format is what its schema says."""

import json
import re
from pathlib import Path

from ruamel.yaml import YAML

import factories
from factories.equipment import kinds
from factories.layout import Layout
from factories.reference import insert, reference

PAGE = Path(__file__).parents[2] / "docs" / "layouts.md"


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert insert(text) == text, "run: python -m factories.reference docs/layouts.md"


def test_every_key_of_every_kind_is_explained() -> None:
    text = reference()
    for name, kind in kinds().items():
        section = text.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        for key in set(kind.model_fields) - {"type", "name", "at", "yaw_deg"}:
            row = re.search(rf"^\| `{key}` \| .+ \| .* \| (.+) \|$", section, re.MULTILINE)
            assert row, f"{name}.{key} has no meaning in its docstring"


def test_the_example_on_the_page_is_valid(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "corner.yaml").write_text(text)
    assert len(factories.load(tmp_path / "corner.yaml").equipment) == 4


def test_the_schema_is_json_and_knows_all_kinds_and_forbids_other_keys() -> None:
    schema = json.loads(json.dumps(factories.json_schema()))
    assert set(schema["properties"]["equipment"]["items"]["discriminator"]["mapping"]) == set(kinds())
    assert all(schema["$defs"][kind.__name__]["additionalProperties"] is False for kind in kinds().values())
    assert schema["properties"].keys() == Layout.model_fields.keys()


def test_shipped_layouts_use_no_key_that_the_schema_lacks() -> None:
    definitions = factories.json_schema()["$defs"]
    for path in (Path(factories.__file__).parent / "layouts").glob("*.yaml"):
        for item in YAML(typ="safe").load(path.read_text())["equipment"]:
            assert item.keys() <= definitions[kinds()[item["type"]].__name__]["properties"].keys()
