"""Benchmarks that no test runs still name what there is."""

import ast
from importlib import import_module, util
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OURS = {"twin", "robots", "factories", "envs", "training"}


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_what_is_imported_of_ours_exists(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in OURS:
            module = import_module(node.module)
            for name in (alias.name for alias in node.names):
                inside = hasattr(module, "__path__") and util.find_spec(f"{node.module}.{name}") is not None
                assert hasattr(module, name) or inside, f"line {node.lineno}: {node.module} has no {name}"
