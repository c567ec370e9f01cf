"""What models of files share: their schemas say what the text under each field says."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError, create_model

from twin.errors import FileError
from twin.file_model import FileModel
from twin.yaml_files import load_yaml_model


class Thing(FileModel):
    """A thing."""

    size: float = 1.0
    """How large,
    m."""
    name: str = ""


class Box(Thing):
    """A thing with a lid."""

    size: float = 2.0
    lid: Thing | None = None
    """What closes it."""


def test_the_text_under_a_field_is_its_description() -> None:
    found = Thing.model_json_schema()["properties"]
    assert found["size"]["description"] == "How large,\nm."
    assert "description" not in found["name"]


def test_a_field_that_only_gets_another_default_keeps_its_text() -> None:
    schema = Box.model_json_schema()
    assert schema["properties"]["size"]["description"] == "How large,\nm."
    assert schema["properties"]["lid"]["description"] == "What closes it."
    assert schema["$defs"]["Thing"]["properties"]["size"]["description"] == "How large,\nm."


def test_a_mistake_in_a_file_is_told_where_a_model_has_no_source(tmp_path: Path) -> None:
    made = create_model("Made", __base__=Thing, weight=(float, 1.0))
    assert made.model_json_schema()["properties"]["size"]["description"] == "How large,\nm."
    (tmp_path / "mine.yaml").write_text("wieght: 2\n")
    with pytest.raises(FileError, match="did you mean 'weight'"):
        load_yaml_model(tmp_path / "mine.yaml", made)


@pytest.mark.parametrize("wrong", [{"sise": 1}, {"size": float("inf")}, {"lid": {"size": float("nan")}}])
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Box.model_validate(wrong)


def test_no_sources_are_read_where_no_schema_is_asked_for() -> None:
    code = "import inspect; inspect.getsource = None; import factories.layout, envs.scenarios.model"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
