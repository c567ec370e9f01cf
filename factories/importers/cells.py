"""From a grid of occupied, free and unknown cells to a layout with the same free space."""

from dataclasses import dataclass
from math import cos, degrees, hypot, sin

import numpy as np

from factories.builder import build
from factories.equipment import Equipment
from factories.equipment.base import Box
from factories.equipment.blocks import Blocks
from factories.equipment.keepout import Keepout
from factories.importers.base import Imported
from factories.importers.rectangles import Rectangles, rectangles
from factories.layout import Layout
from factories.occupancy import BoolGrid, rasterized
from twin.errors import InputError
from twin.footprints import footprints

SHORTEST, LONGEST = 2.0, 2000.0
"""Metres, of a hall."""
MOST_BOXES = 50_000
"""In one piece of equipment."""
MOST_EQUIPMENT = 5000
DIGITS = 9


@dataclass(frozen=True, eq=False)
class CellMap:
    """A map of cells, row 0 at the lowest y."""

    name: str
    description: str
    occupied: BoolGrid
    unknown: BoolGrid
    resolution: float
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Pose (x, y, yaw) of the lower left corner of cell (0, 0)."""


def to_layout(cells: CellMap, height: float) -> Imported:
    """Occupied cells as solid boxes of ``height`` m, unknown ones as zones to keep out of.

    The hall is the smallest that holds the whole map, in the map's own coordinates. Raises ``InputError`` for a map
    without free cells, or of a size that no hall has.
    """
    _check(cells)
    solid, unknown = rectangles(cells.occupied), rectangles(cells.unknown)
    x0, y0, x1, y1 = _bounds(cells)
    zones = [*_boxes(unknown, cells.resolution), *_surroundings(cells)]
    layout = Layout(
        name=cells.name,
        description=cells.description,
        size=(round(x1 - x0, DIGITS), round(y1 - y0, DIGITS)),
        origin=(round(x0, DIGITS), round(y0, DIGITS)),
        height=max(2.0, height),
        equipment=(
            *_pieces(Blocks, _boxes(solid, cells.resolution), cells.origin, {"height": height}),
            *_pieces(Keepout, zones, cells.origin, {}),
        ),
    )
    return Imported(layout, int(cells.occupied.sum()), len(solid), agreement(layout, cells))


def agreement(layout: Layout, cells: CellMap) -> float:
    """Share of the known cells that ``layout``, drawn as a grid in the map's frame, has as they are."""
    ny, nx = cells.occupied.shape
    solids = footprints(build(layout), known_only=True).seen_from(*cells.origin)
    drawn = rasterized(solids, cells.resolution, (0.0, 0.0, nx * cells.resolution, ny * cells.resolution)).blocked
    known = ~cells.unknown
    return float((drawn == cells.occupied)[known].mean())


def _check(cells: CellMap) -> None:
    ny, nx = cells.occupied.shape
    if not (~cells.occupied & ~cells.unknown).any():
        raise InputError(f"map '{cells.name}': none of its {nx} x {ny} cells is free")
    x0, y0, x1, y1 = _bounds(cells)
    if max(abs(v) for v in (x0, y0, x1, y1)) > LONGEST:
        raise InputError(
            f"map '{cells.name}': it spans ({x0:g}, {y0:g}) to ({x1:g}, {y1:g}), but a layout reaches no farther than "
            f"{LONGEST:g} m; move its origin, resolution {cells.resolution:g} m"
        )
    if min(x1 - x0, y1 - y0) < SHORTEST or _diagonal(cells) > LONGEST:
        raise InputError(
            f"map '{cells.name}': {nx} x {ny} cells of {cells.resolution:g} m make {x1 - x0:g} x {y1 - y0:g} m; "
            f"a hall has at least {SHORTEST:g} m to each side and {LONGEST:g} m from corner to corner"
        )


def _bounds(cells: CellMap) -> tuple[float, float, float, float]:
    """Lowest x, y and highest x, y of the map."""
    ny, nx = cells.occupied.shape
    x, y, yaw = cells.origin
    along, up = nx * cells.resolution, ny * cells.resolution
    xs = [x + u * cos(yaw) - v * sin(yaw) for u in (0.0, along) for v in (0.0, up)]
    ys = [y + u * sin(yaw) + v * cos(yaw) for u in (0.0, along) for v in (0.0, up)]
    return min(xs), min(ys), max(xs), max(ys)


def _diagonal(cells: CellMap) -> float:
    ny, nx = cells.occupied.shape
    return hypot(nx, ny) * cells.resolution


def _boxes(found: Rectangles, resolution: float) -> list[Box]:
    return [(x, y, width, depth) for x, y, width, depth in np.round(found * resolution, DIGITS).tolist()]


def _surroundings(cells: CellMap) -> list[Box]:
    """Boxes around a turned map, which leaves the corners of its hall unknown."""
    if cells.origin[2] == 0.0:
        return []
    ny, nx = cells.occupied.shape
    along, up = nx * cells.resolution, ny * cells.resolution
    far = _diagonal(cells)
    return [
        (-far, -far, along + 2 * far, far),
        (-far, up, along + 2 * far, far),
        (-far, 0.0, far, up),
        (along, 0.0, far, up),
    ]


def _pieces(
    kind: type[Equipment], boxes: list[Box], origin: tuple[float, float, float], keys: dict[str, float]
) -> list[Equipment]:
    """The boxes as equipment that stands in the map's frame."""
    place = {"at": origin[:2], "yaw_deg": degrees(origin[2]), **keys}
    starts = range(0, len(boxes), MOST_BOXES)
    if len(starts) > MOST_EQUIPMENT:
        raise InputError(f"the map needs {len(boxes)} boxes; a layout holds {MOST_BOXES * MOST_EQUIPMENT}")
    return [kind.model_validate({**place, "boxes": boxes[i : i + MOST_BOXES]}) for i in starts]
