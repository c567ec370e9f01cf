"""The gallery shows what its script draws, and stays small."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
SHOWN = set(re.findall(r"\]\(([\w.]+)\)", (GALLERY / "README.md").read_text(encoding="utf-8")))


def test_the_page_shows_pictures_that_exist_and_take_little_room() -> None:
    assert len(SHOWN) >= 12
    assert sum((GALLERY / name).stat().st_size for name in SHOWN) < 3_000_000


@pytest.mark.slow
def test_the_script_draws_the_pictures_that_are_shown(tmp_path: Path) -> None:
    subprocess.run([sys.executable, GALLERY / "make.py", tmp_path], check=True)
    assert {path.name for path in tmp_path.iterdir()} == SHOWN
    for name in SHOWN:
        drawn, kept = (np.asarray(Image.open(folder / name).convert("RGB"), float) for folder in (tmp_path, GALLERY))
        assert drawn.shape == kept.shape, name
        assert np.abs(drawn - kept).mean() < 8, name
