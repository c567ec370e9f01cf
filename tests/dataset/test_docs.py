"""The Python in ``docs/dataset.md`` runs."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs/dataset.md"


def test_every_example_runs(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import envs  # noqa: F401 (registers)

    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert len(blocks) == 4
    (tmp_path / "written").mkdir()
    (tmp_path / "D.zarr").symlink_to(recorded, target_is_directory=True)
    for block in blocks:
        monkeypatch.chdir(tmp_path / "written" if "create(" in block else tmp_path)
        exec(compile(block, str(DOCS), "exec"), {})
