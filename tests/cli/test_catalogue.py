"""``twin layouts``, ``robots``, ``scenarios``, ``schema``: what is shipped, and what a layout file may say."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import factories
import robots
from envs import scenarios

Twin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("command", "names"), [("layouts", factories.names()), ("robots", robots.names())])
def test_a_table_has_a_row_for_everything_shipped(command: str, names: list[str], twin: Twin) -> None:
    result = twin(command)
    assert (result.returncode, result.stderr) == (0, "")
    head, *rows = result.stdout.splitlines()
    assert head.split()[:2] == ["name", "size_m"]
    assert [row.split()[0] for row in rows] == names


@pytest.mark.parametrize(
    ("command", "names"),
    [("layouts", factories.names()), ("robots", robots.names()), ("scenarios", scenarios.names())],
)
def test_json_says_the_same(command: str, names: list[str], twin: Twin) -> None:
    rows = json.loads(twin(command, "--json").stdout)
    assert [row["name"] for row in rows] == names
    assert all(row["description"] for row in rows)


def test_json_counts_the_equipment_by_kind(twin: Twin) -> None:
    for row in json.loads(twin("layouts", "--json").stdout):
        assert sum(row["kinds"].values()) == row["equipment"] > 0


def test_the_schema_printed_and_written_is_the_layouts(twin: Twin, tmp_path: Path) -> None:
    assert json.loads(twin("schema").stdout) == factories.json_schema()
    result = twin("schema", "--out", "layout.schema.json")
    assert result.stdout == "wrote layout.schema.json\n"
    assert json.loads((tmp_path / "layout.schema.json").read_text()) == factories.json_schema()


def test_a_place_that_cannot_be_written_is_named(twin: Twin) -> None:
    result = twin("schema", "--out", "no/such/folder/layout.schema.json")
    assert result.returncode == 2
    assert result.stderr == "error: --out no/such/folder/layout.schema.json: there is no folder no/such/folder\n"
