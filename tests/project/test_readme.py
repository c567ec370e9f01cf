"""What the documentation shows is what happens: its blocks run, in order, in one folder."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(
    r"^(?:<!-- (?P<mark>[a-z]+)(?:: (?P<why>[^\n]*))? -->\n)?```(?P<language>bash|python)\n(?P<code>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
MARKS = {"run", "slow", "shown"}


@dataclass(frozen=True)
class Block:
    """One fenced block of a page. ``mark``: ``run``, ``slow``, or ``shown`` with the reason why it is not run."""

    page: Path
    line: int
    mark: str
    why: str
    language: str
    code: str

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"

    def run(self, folder: Path) -> subprocess.CompletedProcess[str]:
        """As a user would, with the environment's commands first on the PATH."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        command = ["bash", "-euo", "pipefail", "-c"] if self.language == "bash" else [sys.executable, "-c"]
        return subprocess.run(
            [*command, self.code],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, match["mark"] or "", match["why"] or "", match["language"], match["code"])


BLOCKS = [block for page in PAGES for block in blocks(page)]
RUNNABLE = [
    pytest.param(block, id=block.place, marks=[pytest.mark.slow] if block.mark == "slow" else [])
    for block in BLOCKS
    if block.mark in {"run", "slow"}
]


@dataclass(frozen=True)
class Reader:
    """Who works through a page in one folder: a block may use what an earlier one made."""

    folder: Path
    ran: set[Block]

    def reach(self, block: Block) -> None:
        """Run what stands before a block and takes no time, where it has not run yet: slow ones are chosen alone."""
        for earlier in BLOCKS:
            if earlier.page == block.page and earlier.line < block.line and earlier.mark == "run":
                self.run(earlier)

    def run(self, block: Block) -> None:
        if block not in self.ran:
            self.ran.add(block)
            result = block.run(self.folder)
            assert result.returncode == 0, f"{block.place}\n{result.stdout}{result.stderr}"


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Reader]:
    return {page: Reader(tmp_path_factory.mktemp(page.stem), set()) for page in PAGES}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_says_whether_it_is_run(block: Block) -> None:
    assert block.mark in MARKS, (
        f"{block.place}: put <!-- run -->, <!-- slow --> or <!-- shown: why --> before the block"
    )
    assert block.mark != "shown" or block.why, f"{block.place}: say why this block is not run"


@pytest.mark.parametrize("block", RUNNABLE)
def test_a_block_runs(block: Block, readers: dict[Path, Reader]) -> None:
    readers[block.page].reach(block)
    readers[block.page].run(block)


def test_the_readme_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in text
        assert re.search(rf"^{command}:", targets, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []
