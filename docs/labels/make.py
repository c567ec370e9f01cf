"""Draw the pictures of the page on labels again: ``python docs/labels/make.py``, or with a folder for them."""

import sys
import tempfile
from pathlib import Path

from PIL import Image

from training.cli import main as twin

SEEDS = {"small_warehouse": 30, "assembly_line": 27}
"""Of an episode that begins where there is much to see."""


def main() -> None:
    """Write every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    with tempfile.TemporaryDirectory() as scratch:
        for layout, seed in SEEDS.items():
            sheet = Path(scratch) / "sheet.png"
            if twin(["render", layout, "--labels", "--seed", str(seed), "--out", str(sheet)]):
                raise SystemExit(1)
            Image.open(sheet).convert("RGB").save(folder / f"{layout}.jpg", quality=85, optimize=True)


if __name__ == "__main__":
    main()
