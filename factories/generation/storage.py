"""Rack rows with aisles between them, in a frame where rows run along x."""

from dataclasses import dataclass, replace

import numpy as np

from factories.equipment.rack import UPRIGHT, length_of

AISLE = 1.75
"""Narrowest way between racks, m."""
BACK_GAP = 0.15
"""Between racks that stand back to back, m."""
TIGHTER = np.linspace(0.0, 1.0, 6)
TRIES = 4
"""Plans of each tightness."""


@dataclass(frozen=True, slots=True)
class RackPiece:
    """One rack to be: its middle, its bays along x, and what it is made of."""

    x: float
    y: float
    bays: int
    bay_width: float
    depth: float
    shelf: bool

    @property
    def length(self) -> float:
        """Along x, m."""
        return length_of(self.bays, self.bay_width)

    @property
    def area(self) -> float:
        """Floor it covers, m2."""
        return self.length * self.depth

    def shortened(self, bays: int, side: int) -> "RackPiece":
        """The same with fewer bays, its end on ``side`` (-1 or 1) staying where it is."""
        shift = side * (self.bays - bays) * (self.bay_width + UPRIGHT) / 2
        return replace(self, x=self.x + shift, bays=bays)


def rack_pieces(size: tuple[float, float], area: float, rng: np.random.Generator) -> list[RackPiece]:
    """Racks that cover ``area`` m2 of a hall, or as much as there is room for, with ways between them.

    Starts with wide aisles and a deep staging zone, and draws tighter plans until one holds enough; then takes
    pieces away here and there.
    """
    best: list[RackPiece] = []
    for tightness in np.repeat(np.maximum(TIGHTER, rng.uniform(0.0, 0.5)), TRIES):
        pieces = _plan(size, float(tightness), rng)
        if _area(pieces) > _area(best):
            best = pieces
        if _area(best) >= area:
            break
    return _thinned(best, area, rng)


def _area(pieces: list[RackPiece]) -> float:
    return sum(piece.area for piece in pieces)


def _plan(size: tuple[float, float], tightness: float, rng: np.random.Generator) -> list[RackPiece]:
    length, _ = size
    spare = 1.0 - tightness
    front = AISLE + spare * rng.uniform(0.05, 0.3) * length
    back = AISLE if rng.random() < 0.8 * spare + 0.1 and length > 10 else 0.0
    aisle = AISLE + spare * rng.uniform(0.3, 2.0)
    depth = 2.4 if tightness > 0.75 else 1.2
    stretches = _stretches(front, length - back, rng)
    pieces = []
    for middle, row_depth, shelf in _rows(size[1], aisle, depth, rng):
        bay = rng.uniform(1.2, 1.5) if shelf else rng.uniform(2.4, 2.9)
        for start, end in stretches:
            bays = int(np.ceil((end - start - UPRIGHT) / (bay + UPRIGHT)))
            clear = np.floor(((end - start - UPRIGHT) / max(bays, 1) - UPRIGHT) * 1000) / 1000
            if clear >= 0.95:
                pieces.append(RackPiece((start + end) / 2, middle, bays, float(clear), row_depth, shelf))
    return pieces


def _stretches(start: float, end: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Where along x racks stand between cross aisles."""
    cross = rng.uniform(AISLE, 3.0)
    count = max(1, round((end - start) / rng.uniform(9.0, 18.0)))
    each = (end - start - (count - 1) * cross) / count
    return [(start + i * (each + cross), start + i * (each + cross) + each) for i in range(count)] if each > 1.5 else []


def _rows(width: float, aisle: float, depth: float, rng: np.random.Generator) -> list[tuple[float, float, bool]]:
    """Middle (y), depth, and whether it is shelving, of each row; what is left over widens the aisles."""
    walls = [depth if rng.random() < 0.8 else 0.0 for _ in range(2)]
    while walls and sum(walls) + aisle > width:
        walls = [0.0, walls[1]] if walls[0] else []
    if not walls:
        return []
    blocks = []
    left = width - sum(walls) - aisle
    while True:
        shelf = rng.random() < 0.2
        row = 0.6 if shelf and depth < 2 else depth
        block = 2 * row + BACK_GAP
        if left < block + aisle:
            break
        left -= block + aisle
        blocks.append((row, row < 1))
    aisles = aisle + left * rng.dirichlet(np.full(len(blocks) + 1, 3.0))
    rows = [(walls[0] / 2, walls[0], False)] if walls[0] else []
    y = walls[0]
    for (row, shelf), gap in zip(blocks, aisles, strict=False):
        y += float(gap)
        rows += [(y + row / 2, row, shelf), (y + 1.5 * row + BACK_GAP, row, shelf)]
        y += 2 * row + BACK_GAP
    return [*rows, (width - walls[1] / 2, walls[1], False)] if walls[1] else rows


def _thinned(pieces: list[RackPiece], area: float, rng: np.random.Generator) -> list[RackPiece]:
    """Fewer and shorter pieces, so that together they cover no more than ``area``."""
    excess = _area(pieces) - area
    kept = list(pieces)
    for i in rng.permutation(len(pieces)):
        if excess <= 0:
            break
        piece = kept[i]
        bay_area = (piece.bay_width + UPRIGHT) * piece.depth
        gone = min(piece.bays, int(np.ceil(excess / bay_area)))
        if gone < piece.bays and rng.random() < 0.5:
            gone = min(gone, max(1, piece.bays // 2))
        kept[i] = piece.shortened(piece.bays - gone, int(rng.choice([-1, 1])))
        excess -= gone * bay_area
    return [piece for piece in kept if piece.bays]
