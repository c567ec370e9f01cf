"""Where the shadow map looks from: along a directional light at what is around the camera, or out of a spot."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.rendering.culling import inside
from twin.rendering.drawables import Rows
from twin.scene import Light, Vec3

REACH = 24.0
"""m from the camera within which a directional light's shadows are drawn."""
_STEP = 8.0
"""m by which the map follows the camera, so that it is the same map for all frames from the same square."""
_LONGEST = 20.0
"""m that a shadow may be long."""
_SPOT_NEAR, _SPOT_FAR = 0.1, 40.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ShadowView:
    """A view of the light. Frozen and made from numbers of its square alone: equal keys draw equal maps."""

    key: tuple[float, ...]
    matrix: FloatArray  # (4, 4): xyz / w is in 0..1 inside the map
    width: float  # m across the map, for a spot at 5 m
    planes: Floats  # (k, 4): geoms wholly behind one of them throw no shadow into the map


def of_light(light: Light, eye: FloatArray, far: float, center: FloatArray, radius: float) -> ShadowView:
    """The map for a camera at ``eye`` (3,) that sees ``far`` m, in a scene inside a sphere."""
    if light.kind == "spot":
        return _spot(light)
    reach = min(far, REACH) + _STEP * 0.75**0.5
    if far > 4 * REACH or radius <= reach:  # cameras over the hall look at all of it
        return _directional(light, _triple(center), radius, _triple(center), radius)
    return _directional(light, _triple((np.floor(eye / _STEP) + 0.5) * _STEP), reach, _triple(center), radius)


@lru_cache(maxsize=64)
def _directional(light: Light, middle: Vec3, half: float, center: Vec3, radius: float) -> ShadowView:
    axes = _axes(light.direction)
    offset = float(axes[2] @ np.subtract(center, middle))
    low, high = min(offset - radius, -half), max(offset + radius, half) + _LONGEST  # where a shadow may fall
    scale = np.array([0.5 / half, 0.5 / half, 1 / (high - low)])
    matrix = np.eye(4)
    matrix[:3, :3] = scale[:, None] * axes
    matrix[:3, 3] = np.array([0.5, 0.5, -low / (high - low)]) - matrix[:3, :3] @ np.array(middle)
    return ShadowView((*middle, half, low, high), matrix, 2 * half, _planes(matrix))


@lru_cache(maxsize=8)
def _spot(light: Light) -> ShadowView:
    axes, slope = _axes(light.direction), float(np.tan(min(light.cutoff, 1.4)))
    view = np.eye(4)
    view[:3, :3], view[:3, 3] = axes, -axes @ np.array(light.position)
    depth = _SPOT_FAR / (_SPOT_FAR - _SPOT_NEAR)
    project = np.array(
        [
            [0.5 / slope, 0, 0.5, 0],
            [0, 0.5 / slope, 0.5, 0],
            [0, 0, depth, -depth * _SPOT_NEAR],
            [0, 0, 1, 0],
        ]
    )
    matrix = project @ view
    return ShadowView((0.0,), matrix, 10 * slope, _planes(matrix))


def towards_camera(
    light: Light, planes: Floats, centers: Floats, radii: Floats, ground: float
) -> npt.NDArray[np.bool_]:
    """Which spheres may throw a shadow into the view that ``planes`` (k, 4) bound; nothing lies below ``ground``, m."""
    if light.kind == "spot":
        away = centers - np.array(light.position, np.float32)
        distance = np.maximum(np.linalg.norm(away, axis=1), 1e-3)
        within = distance <= radii  # the lamp is inside of it
        wider = (distance + _LONGEST) / distance  # as the shadow is at its end
        return within | _reaches(planes, centers, radii, away * (_LONGEST / distance)[:, None], radii * wider)
    direction = np.array(light.direction) / np.linalg.norm(light.direction)
    fall = max(float(-direction[2]), 1e-3)
    length = np.clip((centers[:, 2] + radii - ground) / fall, 0, _LONGEST)
    return _reaches(planes, centers, radii, (length[:, None] * direction).astype(np.float32), radii)


def _reaches(planes: Floats, centers: Floats, radii: Floats, along: Floats, end_radii: Floats) -> npt.NDArray[np.bool_]:
    """Which of what lies between spheres and the spheres that they become, moved by ``along``, is in the view."""
    normals = planes[:, :3]
    start = centers @ normals.T + planes[:, 3]
    end = start + along @ normals.T
    return np.asarray(np.maximum(start + radii[:, None], end + end_radii[:, None]).min(axis=1, initial=np.inf) >= 0)


def casters(view: ShadowView, rows: Rows, centers: Floats, radii: Floats) -> Rows:
    """Those of ``rows`` that may throw a shadow into the map."""
    return rows[inside(view.planes, centers[rows], radii[rows])]


def _axes(direction: tuple[float, float, float]) -> FloatArray:
    """Rows: two across the light, and along it."""
    along = np.array(direction) / np.linalg.norm(direction)
    helper = np.array([0.0, 1.0, 0.0]) if abs(along[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    first = np.cross(helper, along)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(along, first), along])


def _planes(matrix: FloatArray) -> Floats:
    planes = np.concatenate([matrix[:2], matrix[3] - matrix[:2]])
    return (planes / np.linalg.norm(planes[:, :3], axis=1, keepdims=True)).astype(np.float32)


def _triple(point: FloatArray) -> Vec3:
    x, y, z = point.tolist()
    return x, y, z
