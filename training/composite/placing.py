"""Where objects stand: on free floor, apart from each other, as large in the picture as things at such a distance."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from shapely import Polygon

from factories.builder import furnish
from factories.equipment import Equipment
from training.composite import things
from training.composite.view import View
from twin.geometry import FloatArray

Bools = npt.NDArray[np.bool_]

NEAREST, FARTHEST = 1.0, 18.0
"""m from the camera."""
TRIES = 40
"""Places for an object before it is another one that is tried."""
ON_FLOOR = 0.97
"""Of the footprint in the image: share that has to be free floor."""
IN_IMAGE = 0.7
"""Of the object's rectangle: share that has to be in the image."""
SMALLEST = 0.05
"""Of the image's height: an object is at least so high or wide in it."""
LARGEST = 0.9
"""Of the image's width or height: no object is larger."""
GAP = 0.15
"""m between objects."""
ALIGNED = 0.6
"""Share of the objects that stand along the aisle, where it is known; people never do."""
CARELESS = math.radians(5)
"""Deviation of those from it."""


@dataclass(frozen=True)
class Place:
    """An object that stands somewhere."""

    item: Equipment
    outline: Polygon
    """Of its footprint on the floor."""
    height: float
    """m"""


def place(view: View, floor: Bools, kinds: Sequence[str], count: int, rng: np.random.Generator) -> list[Place]:
    """Up to ``count`` objects; fewer where there is no room."""
    spots = _spots(view, floor)
    found: list[Place] = []
    for number in range(1, count + 1):
        for kind in rng.permutation(np.asarray(kinds))[:4] if len(spots[0]) else ():
            item = things.drawn(str(kind), f"{kind}_{number}", rng)
            if (there := _placed(item, view, floor, spots, found, rng)) is not None:
                found.append(there)
                break
    return found


def _spots(view: View, floor: Bools) -> tuple[FloatArray, FloatArray]:
    """Points (n, 2) on the free floor, and how likely each shall be: near ones fill the image, far ones count more."""
    points = view.floor_map[floor]
    distance = np.hypot(points[:, 0], points[:, 1])
    kept = (distance > NEAREST) & (distance < FARTHEST)
    weight = distance[kept] ** 1.5
    return points[kept], weight / max(float(weight.sum()), 1e-9)


def _placed(
    item: Equipment,
    view: View,
    floor: Bools,
    spots: tuple[FloatArray, FloatArray],
    others: Sequence[Place],
    rng: np.random.Generator,
) -> Place | None:
    height = max(_top(item), 0.05)
    for _ in range(TRIES):
        x, y = spots[0][rng.choice(len(spots[0]), p=spots[1])]
        yaw = _yaw(item, view, rng)
        there = item.model_copy(update={"at": (round(float(x), 3), round(float(y), 3)), "yaw_deg": round(yaw, 1)})
        outline = Polygon(_corners(there))
        near = min(math.hypot(*corner) for corner in _corners(there))
        if near < NEAREST or any(outline.distance(other.outline) < GAP for other in others):
            continue
        if _fits(view, floor, _corners(there), height):
            return Place(there, outline, height)
    return None


def _top(item: Equipment) -> float:
    scene = furnish("one", [item])
    poses = scene.initial_poses
    return max(float(poses[scene.body_index[i.body], 2]) + i.center[2] + i.size[2] / 2 for i in scene.instances)


def _yaw(item: Equipment, view: View, rng: np.random.Generator) -> float:
    """Degrees."""
    if view.aisle is None or item.type == "worker" or rng.random() > ALIGNED:
        return float(rng.uniform(-180, 180))
    turned = view.aisle + rng.integers(4) * math.pi / 2 + rng.normal(0, CARELESS)
    return math.degrees(math.remainder(float(turned), 2 * math.pi))


def _corners(item: Equipment) -> FloatArray:
    """Of its footprint on the floor, (4, 2)."""
    x, y = (extent / 2 for extent in item.footprint())
    c, s = math.cos(item.heading), math.sin(item.heading)
    return np.array([(x, y), (-x, y), (-x, -y), (x, -y)]) @ np.array([[c, s], [-s, c]]) + item.at


def _fits(view: View, floor: Bools, corners: FloatArray, height: float) -> bool:
    """Whether its footprint is on free floor, and it is neither cut off nor too small nor too large."""
    both = [np.column_stack([corners, np.full(4, z)]) for z in (0.0, height)]
    pixels = view.pixel(np.concatenate(both))
    if not np.isfinite(pixels).all():
        return False
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    lens = view.lens
    size, whole = high - low, np.array([lens.width, lens.height])
    inside = np.clip(np.minimum(high, whole - 0.5) - np.maximum(low, -0.5), 0, None)
    if (size > LARGEST * whole).any() or size.max() < SMALLEST * lens.height or size.min() < 4:
        return False
    return bool(inside.prod() > IN_IMAGE * size.prod()) and _share(floor, pixels[:4]) > ON_FLOOR


def _share(floor: Bools, polygon: FloatArray) -> float:
    """Of a polygon in the image, how much is floor; what lies outside of the image is not."""
    left, top = (int(edge) for edge in np.floor(polygon.min(axis=0)))
    right, bottom = (int(edge) + 1 for edge in np.ceil(polygon.max(axis=0)))
    if (right - left) * (bottom - top) > 4 * floor.size:
        return 0.0
    covered = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(covered, np.rint((polygon - (left, top)) * 16).astype(np.int32), 1, shift=4)
    inside = _window(floor, left, top, covered.shape)
    return int(np.count_nonzero(inside & (covered > 0))) / max(1, int(np.count_nonzero(covered)))


def _window(floor: Bools, left: int, top: int, shape: tuple[int, ...]) -> Bools:
    """What of the image lies in a rectangle, False outside of the image."""
    found = np.zeros(shape, bool)
    y0, y1 = max(0, top), min(floor.shape[0], top + shape[0])
    x0, x1 = max(0, left), min(floor.shape[1], left + shape[1])
    if y0 < y1 and x0 < x1:
        found[y0 - top : y1 - top, x0 - left : x1 - left] = floor[y0:y1, x0:x1]
    return found


def described(places: Sequence[Place]) -> Iterator[dict[str, object]]:
    """What was put where, as JSON."""
    for one in places:
        yield {"type": one.item.type, **one.item.model_dump(mode="json", exclude_defaults=True)}
