"""The shadow that objects throw on the floor: how much of the light from above each place still gets.

Light comes from many directions, half of them all over the sky (more from above, where halls have their lamps), half
of them around the main light, which is as wide as a row of lamps. From each direction the objects are drawn as it sees
them; a place on the floor that is behind them is in their shadow. So shadows are dark and sharp where a thing touches
the floor, and fade away from it.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from training.composite.placing import Place
from training.composite.view import View
from twin.geometry import FloatArray, matrix_from_quaternion, quaternion_from_matrix
from twin.lenses import Lens
from twin.rendering.base import Renderer
from twin.scene import WORLD, Camera, Pose, Vec3

Floats = npt.NDArray[np.float32]

DIRECTIONS = 40
"""Of the sky, and as many of the main light."""
KEY = 0.45
"""Share of the main light."""
KEY_WIDTH = 0.22
"""Standard deviation of its directions, rad."""
FILL = 0.06
"""Share that reaches every place by way of walls and things."""
CELL = 0.02
"""m of floor in one cell; more for large objects."""
MOST_CELLS = 360
"""Each way."""
MAP = 256
"""px of what a direction sees, each way."""
AWAY = 60.0
"""m from which it is seen."""
BIAS = 0.008
"""m by which a place must be behind something."""
LOWEST = 0.25
"""Sine of the lowest elevation."""


def on_floor(renderer: Renderer, view: View, places: Sequence[Place], towards: Vec3) -> Floats:
    """Share (height, width) of its light that the floor at each pixel keeps; 1 off the floor.

    ``renderer`` draws a scene of the objects alone.
    """
    lens = view.lens
    ground = view.floor_map()
    kept = np.ones((lens.height, lens.width), np.float32)
    directions, weights = _directions(towards)
    for place in places:
        cells, origin, size = _cells(place)
        share = np.zeros(cells.shape[:2], np.float32)
        for direction, weight in zip(directions, weights, strict=True):
            share += np.float32(weight) * ~_hidden(renderer, place, cells, direction)
        soft = cv2.GaussianBlur(share, (0, 0), 1.2)
        at = ((ground - origin) / size - 0.5).astype(np.float32)
        at = np.nan_to_num(at, nan=-10.0)
        there = cv2.remap(soft, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1)
        kept *= there
    return np.float32(FILL) + np.float32(1 - FILL) * kept


def _directions(towards: Vec3) -> tuple[FloatArray, FloatArray]:
    """Unit vectors (n, 3) towards light, and the share of the floor's light that each brings."""
    k = np.arange(DIRECTIONS)
    around, u = k * math.pi * (3 - math.sqrt(5)), (k + 0.5) / DIRECTIONS
    up = (1 - u) ** (1 / 3)
    flat = np.sqrt(1 - up**2)
    sky = np.stack([flat * np.cos(around), flat * np.sin(around), up], axis=1)
    main = np.asarray(towards) / np.linalg.norm(towards)
    side = np.cross(main, [1.0, 0.0, 0.0] if abs(main[0]) < 0.9 else [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    spread = KEY_WIDTH * np.sqrt(-2 * np.log(1 - u * 0.98))
    key = main + spread[:, None] * (np.cos(around)[:, None] * side + np.sin(around)[:, None] * np.cross(main, side))
    found = np.concatenate([sky, key])
    found[:, 2] = np.maximum(found[:, 2], LOWEST)
    weights = np.concatenate([np.full(DIRECTIONS, 1 - KEY), np.full(DIRECTIONS, KEY)]) / DIRECTIONS
    return found / np.linalg.norm(found, axis=1, keepdims=True), weights


def _cells(place: Place) -> tuple[FloatArray, FloatArray, float]:
    """Middles (rows, columns, 2) of the cells of floor around an object, their lower corner, and the size of one, m."""
    x0, y0, x1, y1 = place.outline.bounds
    margin = 0.3 + 1.6 * place.height
    width, depth = x1 - x0 + 2 * margin, y1 - y0 + 2 * margin
    size = max(CELL, max(width, depth) / MOST_CELLS)
    origin = np.array([x0 - margin, y0 - margin])
    columns, rows = math.ceil(width / size), math.ceil(depth / size)
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
    return origin + (grid + 0.5) * size, origin, size


def _hidden(renderer: Renderer, place: Place, cells: FloatArray, direction: FloatArray) -> npt.NDArray[np.bool_]:
    """Which cells do not see the light that comes from ``direction``."""
    x0, y0, x1, y1 = place.outline.bounds
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2, place.height / 2])
    radius = 1.15 * math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2 + place.height**2) / 2 + 0.05
    focal = MAP / 2 * AWAY / radius
    lens = Lens(MAP, MAP, focal, focal, (MAP - 1) / 2, (MAP - 1) / 2, AWAY - radius - 2, AWAY + radius + 2)
    pose = _looking(middle + AWAY * direction, -direction)
    seen = renderer.render(renderer.scene.initial_poses, Camera("light", WORLD, pose, lens)).depth
    axes, eye = matrix_from_quaternion(pose.quaternion), np.array(pose.position)
    local = cells @ axes[:2] - eye @ axes
    column = np.rint(local[..., 0] / local[..., 2] * focal + lens.cx).astype(np.int32)
    row = np.rint(local[..., 1] / local[..., 2] * focal + lens.cy).astype(np.int32)
    inside = (column >= 0) & (column < MAP) & (row >= 0) & (row < MAP)
    depth = seen[np.clip(row, 0, MAP - 1), np.clip(column, 0, MAP - 1)]
    hidden: npt.NDArray[np.bool_] = inside & (depth > 0) & (depth < local[..., 2] - BIAS)
    return hidden


def _looking(eye: FloatArray, ahead: FloatArray) -> Pose:
    """OpenCV's camera frame at a point, its z axis ``ahead``."""
    right = np.cross(ahead, [0.0, 0.0, 1.0] if abs(ahead[2]) < 0.99 else [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(ahead, right)
    return Pose.of([*eye, *quaternion_from_matrix(np.stack([right, down, ahead], axis=1))])
