"""MovingAI benchmark maps: octile letters, or rows of 0 and 1."""

from pathlib import Path

import numpy as np

from factories.importers.base import Imported
from factories.importers.cells import CellMap, to_layout
from factories.occupancy import BoolGrid
from twin.errors import FileError, InputError, Problem, UnsafeFileError

SUFFIXES = (".map",)

MOST_BYTES = 130_000_000
MOST_CELLS = 64_000_000
MOST_DIGITS = 9
MOST_PROBLEMS = 20
FREE, SOLID = "0.GS", "1@OTW"
"""Ground and shallow swamp are free; out of bounds, trees and water are not."""
_SOLID_CODES = np.frombuffer(SOLID.encode(), dtype=np.uint8)


def read(path: Path, resolution: float = 1.0, height: float = 2.0) -> Imported:
    """The layout of a MovingAI map with cells of ``resolution`` m; its solid cells become boxes of ``height`` m."""
    if not (np.isfinite(resolution) and 0 < resolution <= 100):
        raise InputError(f"resolution must be a length above 0 and up to 100 m, not {resolution}")
    solid = _grid(path, _lines(path))[::-1]
    cells = CellMap(
        name=path.stem,
        description=f"Imported from the MovingAI map {path.name}, {resolution:g} m a cell.",
        occupied=solid,
        unknown=np.zeros_like(solid),
        resolution=resolution,
    )
    return to_layout(cells, height)


def _lines(path: Path) -> list[str]:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError(f"{path}: is not a file")
        if size > MOST_BYTES:
            raise UnsafeFileError(
                f"{path}: {size / 1e6:.0f} MB is too large; at most {MOST_BYTES / 1e6:.0f} MB are read"
            )
        return path.read_text("ascii").splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not a MovingAI map: byte {error.start} is not a letter or number") from None


def _grid(path: Path, lines: list[str]) -> BoolGrid:
    """Whether each cell is solid (height, width), the top row first."""
    first, height, width = _header(path, lines)
    rows = lines[first:]
    while rows and not rows[-1].strip():
        rows.pop()
    problems = [] if len(rows) == height else [Problem(f"the map has {len(rows)} rows, not {height}", "height")]
    grid = np.zeros((height, width), dtype=np.bool_)
    for i, row in enumerate(rows[:height]):
        cells = row.replace(" ", "")
        if found := _row_problem(row, cells, width, first + i + 1):
            problems.append(found)
        else:
            grid[i] = np.isin(np.frombuffer(cells.encode(), dtype=np.uint8), _SOLID_CODES)
    if problems:
        raise FileError(path, problems[:MOST_PROBLEMS])
    return grid


def _row_problem(row: str, cells: str, width: int, line: int) -> Problem | None:
    if strange := set(cells) - set(FREE + SOLID):
        column = min(row.index(letter) for letter in strange)
        return Problem(f"'{row[column]}' is no cell; there are {FREE + SOLID}", "", line, column + 1)
    if len(cells) != width:
        return Problem(f"the row has {len(cells)} cells, not {width}", "", line, 1)
    return None


def _header(path: Path, lines: list[str]) -> tuple[int, int, int]:
    """Index of the first row, height and width."""
    if lines and lines[0].split() == ["type", "octile"]:
        height, width = (_count(path, lines, i, word) for i, word in ((1, "height"), (2, "width")))
        if len(lines) < 4 or lines[3].strip() != "map":
            raise FileError(path, [Problem("this line should be 'map'", "map", 4, 1)])
        first = 4
    else:
        height, width = _count(path, lines, 0, ""), _count(path, lines, 1, "")
        first = 2
    if height * width > MOST_CELLS:
        raise UnsafeFileError(
            f"{path}: {width} x {height} cells are too many; at most {MOST_CELLS // 1_000_000} million"
        )
    return first, height, width


def _count(path: Path, lines: list[str], index: int, word: str) -> int:
    """The number in a line of the header, behind ``word`` where there is one."""
    name = word or ("height", "width")[index]
    words = lines[index].split() if index < len(lines) else []
    number = words.pop() if words else ""
    if words == word.split() and number.isdecimal() and len(number) <= MOST_DIGITS and int(number):
        return int(number)
    wanted = f"{word} NUMBER" if word else f"the map's {name}, or 'type octile' in the first line"
    raise FileError(path, [Problem(f"this line should be {wanted}", name, index + 1, 1)])
