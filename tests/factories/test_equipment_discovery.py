"""A new kind of equipment is one file: the one that the documentation shows."""

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]


def example() -> str:
    page = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
    return page.partition("## A new kind of equipment")[2].partition("```python\n")[2].partition("```")[0]


def test_dropping_a_file_makes_a_new_kind_known_everywhere(tmp_path: Path) -> None:
    (tmp_path / "waste_bin.py").write_text(example())
    (tmp_path / "layout.yaml").write_text(
        "name: l\nsize: [9, 9]\nequipment:\n  - {type: waste_bin, at: [3, 3], width: 1.5}\n"
    )
    code = f"""
        import factories.equipment
        factories.equipment.__path__.append({str(tmp_path)!r})
        import factories
        layout = factories.load({str(tmp_path / "layout.yaml")!r})
        scene = factories.build(layout)
        assert scene.instances[-1].size == (1.5, 1.5, 0.9), scene.instances[-1]
        assert "WasteBin" in factories.json_schema()["$defs"]
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
