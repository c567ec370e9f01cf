"""Publish scores: keep results of ``twin eval --out`` in benchmarks/results and write docs/benchmarks.md from all.

    twin eval expert blind straight random zero --suite route-generated-200 --out out/baselines
    python benchmarks/scores.py out/baselines/*.json

Without files, the page alone is written again. ``--check`` writes nothing and fails where the page is not up to date.
"""

import argparse
import json
import sys
from pathlib import Path

from training.evaluation import published
from training.report.curve import seeds_curves
from training.report.figures import DPI
from training.report.published import PICTURE, page
from twin.errors import TwinError
from twin.yaml_files import write_atomically

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="agents' JSON files in a folder of twin eval --out")
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    given = parser.parse_args()
    try:
        for path in published.add([file for file in given.files if not is_comparison(file)], RESULTS):
            print(f"kept {path.relative_to(ROOT)}")
        groups = published.grouped(published.read(RESULTS))
        text = page(groups)
    except TwinError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if given.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    write_atomically(PAGE, text)
    if found := published.curves(groups):
        picture = PAGE.parent / PICTURE
        picture.parent.mkdir(exist_ok=True)
        seeds_curves(found).savefig(picture, dpi=DPI)
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


def is_comparison(file: Path) -> bool:
    """A shell's ``*.json`` names these too; they are computed again."""
    try:
        return "differing" in json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False  # `published.add` says what is wrong


if __name__ == "__main__":
    sys.exit(main())
