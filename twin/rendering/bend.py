"""Images of lenses that distort, from pinholes: one that is wide enough, or up to five faces of a cube.

Renderers draw pinholes only. Which pixel comes from where is worked out once a lens; image, depth and ids are then
taken from the same source pixels, so that they agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, degrees

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.geometry import FloatArray, quaternion_from_matrix
from twin.lenses import MAX_SIDE, Lens, pixel_rays
from twin.rendering.bend_kernels import resample
from twin.rendering.frame import Frame
from twin.rendering.projection import check
from twin.scene import Camera, Pose

STEEPEST = 3.0
"""Largest slope (x/z or y/z, 72 degrees) that one pinhole shows; a plane spends ever more pixels on steeper ones."""
_MARGIN = 2
"""Source pixels around what is needed, for neighbours."""
_AXES = {
    "ahead": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "right": ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
    "left": ((0, 0, 1), (0, 1, 0), (-1, 0, 0)),
    "down": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "up": ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
}
"""x, y and z of each face in the camera's frame."""


@dataclass(frozen=True, slots=True)
class Face:
    """A pinhole at the camera's place, and which pixels it fills from where; see ``resample``."""

    pose: Pose  # in the camera's frame
    lens: Lens
    target: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.int32]
    right: npt.NDArray[np.float32]
    down: npt.NDArray[np.float32]
    axial: npt.NDArray[np.float32]

    def camera(self, camera: Camera) -> Camera:
        """What to draw for it."""
        return replace(camera, pose=camera.pose @ self.pose, lens=self.lens)


def frame(lens: Lens, sources: Sequence[Frame]) -> Frame:
    """The distorted frame, from the frames of ``faces(lens)``. Pixels that look nowhere are black and empty."""
    size = lens.width * lens.height
    rgb, depth = np.zeros((size, 3), np.uint8), np.zeros(size, np.float32)
    instance = np.zeros(size, np.uint16)
    for face, source in zip(faces(lens), sources, strict=True):
        resample(
            source.rgb, source.depth, source.instance,
            face.target, face.row, face.column, face.right, face.down, face.axial,
            rgb, depth, instance,
        )  # fmt: skip
    shape = (lens.height, lens.width)
    return Frame(rgb.reshape(*shape, 3), depth.reshape(shape), instance.reshape(shape))


@lru_cache(maxsize=32)
def faces(lens: Lens) -> tuple[Face, ...]:
    """The pinholes that a lens is drawn from; raises ``InputError`` for one that cannot be."""
    check(lens)
    rays = pixel_rays(lens)
    _check_rays(lens, rays)
    names = _face_names(rays)
    return tuple(_face(lens, rays, name, names == name) for name in _AXES if (names == name).any())


def _check_rays(lens: Lens, rays: FloatArray) -> None:
    blind = np.isnan(rays[..., 2])
    if lens.distortion is None or not blind.any():
        return
    if lens.distortion.model == "fisheye":  # black outside its image circle, like real ones
        if blind.all():
            raise InputError(f"lens: no pixel of this fisheye sees anything: {lens}")
        return
    from twin.optics import reach

    v, u = np.argwhere(blind)[0]
    raise InputError(
        f"lens: {blind.sum()} of {blind.size} pixels look nowhere, first ({u}, {v}): beyond "
        f"{degrees(reach(lens.distortion)):.0f} degrees from its axis the coefficients "
        f"{list(lens.distortion.coefficients)} fold the image over; allowed: a smaller image, longer focal lengths, "
        "or the fisheye model"
    )


def _face_names(rays: FloatArray) -> "npt.NDArray[np.str_]":
    """Which face shows each pixel; empty for pixels that look nowhere."""
    x, y = rays[..., 0], rays[..., 1]
    names = np.full(x.shape, "ahead", dtype="<U5")
    steepest = np.nanmax(np.abs(rays[..., :2]))
    if steepest > STEEPEST:
        sideways, steep = np.abs(x) >= np.abs(y), np.maximum(np.abs(x), np.abs(y)) > 1
        names[steep & sideways & (x > 0)] = "right"
        names[steep & sideways & (x < 0)] = "left"
        names[steep & ~sideways & (y > 0)] = "down"
        names[steep & ~sideways & (y < 0)] = "up"
    names[np.isnan(x)] = ""
    return names


def _face(lens: Lens, rays: FloatArray, name: str, mask: npt.NDArray[np.bool_]) -> Face:
    axes = np.array(_AXES[name], dtype=np.float64).T
    turned = rays @ axes
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = turned[..., :2] / turned[..., 2:]
    fx, fy = _focal_lengths(lens, slopes, mask)
    places, source = _fitted(lens, slopes[mask], fx, fy)
    nearest = np.rint(places)
    rest = (places - nearest).astype(np.float32)
    return Face(
        pose=Pose.of([0.0, 0.0, 0.0, *quaternion_from_matrix(axes)]),
        lens=source,
        target=np.flatnonzero(mask),
        row=nearest[:, 1].astype(np.int32),
        column=nearest[:, 0].astype(np.int32),
        right=rest[:, 0],
        down=rest[:, 1],
        axial=_axial(axes[2], source),
    )


def _axial(axis: FloatArray, source: Lens) -> npt.NDArray[np.float32]:
    """Metres along the camera's axis, given in the face's frame, for a metre of the face's depth; see ``resample``."""
    across, along = axis[0] / source.fx, axis[1] / source.fy
    return np.array([axis[2] - across * source.cx - along * source.cy, across, along], dtype=np.float32)


def _focal_lengths(lens: Lens, slopes: FloatArray, mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Such that no pixel of the distorted image is finer than one of the source: px for a slope of 1."""
    across = _steps(slopes, mask, axis=1)[:-1]
    along = _steps(slopes, mask, axis=0)[:, :-1]
    area = np.abs(across[..., 0] * along[..., 1] - across[..., 1] * along[..., 0])
    finest = np.nanmin(area, initial=np.inf)
    mean = 1 / np.sqrt(finest) if np.isfinite(finest) and finest > 0 else np.sqrt(lens.fx * lens.fy)
    stretch = np.sqrt(lens.fx / lens.fy)
    return float(mean * stretch), float(mean / stretch)


def _steps(slopes: FloatArray, mask: npt.NDArray[np.bool_], axis: int) -> FloatArray:
    """From each pixel to the next along an axis; NaN where one of them belongs to another face."""
    with np.errstate(invalid="ignore"):
        steps = np.diff(slopes, axis=axis)
    both = np.diff(mask.astype(np.int8), axis=axis) == 0
    both &= mask[:-1] if axis == 0 else mask[:, :-1]
    steps[~both] = np.nan
    return steps


def _fitted(lens: Lens, slopes: FloatArray, fx: float, fy: float) -> tuple[FloatArray, Lens]:
    """Places (n, 2) of slopes in the smallest pinhole image that holds them all, and that pinhole."""
    scale = np.array([fx, fy])
    low, high = slopes.min(axis=0) * scale, slopes.max(axis=0) * scale
    center = _MARGIN - low
    width, height = (ceil(v) + _MARGIN + 1 for v in high + center)
    if max(width, height) > MAX_SIDE:
        raise InputError(
            f"lens: {lens.width}x{lens.height} pixels with {lens.distortion} need a pinhole image of {width}x{height}; "
            f"allowed: up to {MAX_SIDE} each way, so fewer pixels or less distortion"
        )
    source = replace(
        lens, width=width, height=height, fx=fx, fy=fy, cx=float(center[0]), cy=float(center[1]), distortion=None
    )
    return slopes * scale + center, source
