"""The shadow that objects throw on the floor: how much of the light from above each place still gets.

Light comes from many directions, half of them all over the sky, half
of them around the main light, which is as wide as a row of lamps. From each direction the objects are drawn as it sees
them; a place on the floor that is behind them is in their shadow. So shadows are dark and sharp where a thing touches
the floor, and fade away from it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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

DIRECTIONS = 32
"""Of the sky, and as many of the main light."""
KEY = 0.45
"""Share of the main light."""
KEY_WIDTH = 0.15
"""Standard deviation of its directions, rad."""
FILL = 0.03
"""Share that reaches every place by way of walls and things."""
CELL = 0.02
"""m of floor in one cell; more for large objects."""
MOST_CELLS = 360
"""Each way."""
MAP = 192
"""px of what a direction sees, each way."""
AWAY = 60.0
"""m from which it is seen."""
SOFTENED = 1.2
"""Cells by which what so many directions tell is blurred."""
BIAS = 0.008
"""m by which a place must be behind something."""
LOWEST = 0.25
"""Sine of the lowest elevation."""


@dataclass(frozen=True)
class _Patch:
    """Cells of floor around an object."""

    origin: FloatArray
    """Lower corner, (2,) m."""
    cell: float
    """m"""
    shape: tuple[int, int]
    """Cells along x and along y."""

    @classmethod
    def around(cls, place: Place) -> "_Patch":
        x0, y0, x1, y1 = place.outline.bounds
        margin = 0.3 + 1.6 * place.height
        width, depth = x1 - x0 + 2 * margin, y1 - y0 + 2 * margin
        cell = max(CELL, max(width, depth) / MOST_CELLS)
        return cls(np.array([x0 - margin, y0 - margin]), cell, (math.ceil(width / cell), math.ceil(depth / cell)))

    def points(self) -> FloatArray:
        """The matrix (3, 3) that takes column, row, 1 of a cell to its middle x, y, 1."""
        x, y = self.origin + self.cell / 2
        return np.array([[self.cell, 0.0, x], [0.0, self.cell, y], [0.0, 0.0, 1.0]])


def on_floor(renderer: Renderer, view: View, places: Sequence[Place], towards: Vec3) -> Floats:
    """Share (height, width) of its light that the floor at each pixel keeps; 1 off the floor.

    ``renderer`` draws a scene of the objects alone.
    """
    lens = view.lens
    kept = np.ones((lens.height, lens.width), np.float32)
    directions, weights = _directions(towards)
    for place in places:
        patch = _Patch.around(place)
        share = np.zeros(patch.shape[::-1], np.float32)
        for direction, weight in zip(directions, weights, strict=True):
            share += np.float32(weight) * ~_hidden(renderer, place, patch, direction)
        soft = cv2.GaussianBlur(share, (0, 0), SOFTENED)
        at = ((view.floor_map - patch.origin) / patch.cell - 0.5).astype(np.float32)
        at = np.nan_to_num(at, nan=-10.0)
        kept *= cv2.remap(soft, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1)
    return np.float32(FILL) + np.float32(1 - FILL) * kept


def _directions(towards: Vec3) -> tuple[FloatArray, FloatArray]:
    """Unit vectors (n, 3) towards light, and the share of the floor's light that each brings."""
    k = np.arange(DIRECTIONS)
    around, u = k * math.pi * (3 - math.sqrt(5)), (k + 0.5) / DIRECTIONS
    up = np.sqrt(1 - u)
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


def _hidden(renderer: Renderer, place: Place, patch: _Patch, direction: FloatArray) -> npt.NDArray[np.bool_]:
    """Which cells (rows, columns) do not see the light that comes from ``direction``."""
    x0, y0, x1, y1 = place.outline.bounds
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2, place.height / 2])
    radius = 1.15 * math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2 + place.height**2) / 2 + 0.05
    focal = MAP / 2 * AWAY / radius
    lens = Lens(MAP, MAP, focal, focal, (MAP - 1) / 2, (MAP - 1) / 2, AWAY - radius - 2, AWAY + radius + 2)
    pose = _looking(middle + AWAY * direction, -direction)
    seen = renderer.render(renderer.scene.initial_poses, Camera("light", WORLD, pose, lens)).depth
    axes, eye = matrix_from_quaternion(pose.quaternion), np.array(pose.position)
    local = np.column_stack([axes[:2].T, -axes.T @ eye]) @ patch.points()  # column, row, 1 -> the light's frame
    nearest = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    depth = cv2.warpPerspective(seen, lens.matrix() @ local, patch.shape, flags=nearest, borderValue=0)
    floor = local[2, 0] * np.arange(patch.shape[0]) + local[2, 1] * np.arange(patch.shape[1])[:, None] + local[2, 2]
    hidden: npt.NDArray[np.bool_] = (depth > 0) & (depth < floor - BIAS)
    return hidden


def _looking(eye: FloatArray, ahead: FloatArray) -> Pose:
    """OpenCV's camera frame at a point, its z axis ``ahead``."""
    right = np.cross(ahead, [0.0, 0.0, 1.0] if abs(ahead[2]) < 0.99 else [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(ahead, right)
    return Pose.of([*eye, *quaternion_from_matrix(np.stack([right, down, ahead], axis=1))])
