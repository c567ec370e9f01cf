"""Lenses: pixels, focal lengths, distortion, and where points of the camera frame fall in the image."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.errors import InputError, entry
from twin.geometry import FloatArray

MAX_SIDE = 8192
"""Pixels of an image each way: nothing larger is drawn, stored or read."""

DistortionModel: TypeAlias = Literal["brown_conrady", "fisheye"]

COEFFICIENTS: dict[str, tuple[str, ...]] = {
    "brown_conrady": ("k1", "k2", "p1", "p2", "k3"),
    "fisheye": ("k1", "k2", "k3", "k4"),
}
"""Names of each model's coefficients, in OpenCV's order."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """How a lens bends straight lines, in OpenCV's words: ``brown_conrady`` k1 k2 p1 p2 k3, ``fisheye`` k1 to k4.

    Raises ``InputError`` for coefficients that are not finite, or too many or too few for the model.
    """

    model: DistortionModel
    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        names = entry("distortion model", self.model, COEFFICIENTS)
        if len(self.coefficients) != len(names) or not all(isfinite(c) for c in self.coefficients):
            raise InputError(
                f"distortion: {self.model} takes {len(names)} finite coefficients, {' '.join(names)}, "
                f"not {list(self.coefficients)}"
            )


@dataclass(frozen=True, slots=True)
class Lens:
    """Pixels, focal lengths and principal point (px), clip distances (m); a pinhole unless it distorts.

    OpenCV's pixel convention: the centre of the first pixel is (0, 0).
    """

    width: int = 128
    height: int = 128
    fx: float = 110.0
    fy: float = 110.0
    cx: float = 63.5
    cy: float = 63.5
    near: float = 0.05
    far: float = 50.0
    distortion: Distortion | None = None

    @classmethod
    def from_fov(cls, width: int, height: int, fov_y: float, near: float = 0.05, far: float = 50.0) -> "Lens":
        """Square pixels, centred, with a vertical field of view ``fov_y`` (rad)."""
        f = height / 2 / float(np.tan(fov_y / 2))
        return cls(width, height, f, f, (width - 1) / 2, (height - 1) / 2, near, far)

    def resized(self, width: int, height: int) -> "Lens":
        """The same field of view sampled by another number of pixels."""
        sx, sy = width / self.width, height / self.height
        return replace(
            self,
            width=width,
            height=height,
            fx=self.fx * sx,
            fy=self.fy * sy,
            cx=(self.cx + 0.5) * sx - 0.5,
            cy=(self.cy + 0.5) * sy - 0.5,
        )

    def matrix(self) -> geometry.FloatArray:
        """Intrinsic matrix K, shape (3, 3)."""
        return np.array([[self.fx, 0.0, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]])


def bends(lens: Lens) -> bool:
    """Whether it is anything but a pinhole. A fisheye without coefficients is: its pixels are even in angle."""
    distortion = lens.distortion
    return distortion is not None and (distortion.model == "fisheye" or any(distortion.coefficients))


def project(lens: Lens, points: npt.ArrayLike) -> FloatArray:
    """Pixels (..., 2) of points (..., 3) in OpenCV's camera frame; NaN for what is not in front of the camera.

    The centre of the first pixel is (0, 0). What a distorting lens cannot see, however large its image, is NaN too.
    """
    given = np.asarray(points, dtype=np.float64)
    if bends(lens):
        from twin import optics  # OpenCV is loaded for lenses that need it

        return optics.project(lens, given)
    depth = np.where(given[..., 2] > 0, given[..., 2], np.nan)
    focal, center = np.array([lens.fx, lens.fy]), np.array([lens.cx, lens.cy])
    return given[..., :2] / depth[..., None] * focal + center


def unproject(lens: Lens, pixels: npt.ArrayLike) -> FloatArray:
    """Rays (..., 3) through pixels (..., 2) in OpenCV's camera frame, with z = 1: times a depth they are points.

    NaN for pixels of a distorting lens that look nowhere, as outside the image circle of a fisheye.
    """
    given = np.asarray(pixels, dtype=np.float64)
    rays = np.ones((*given.shape[:-1], 3))
    if bends(lens):
        from twin import optics

        rays[..., :2] = optics.unproject(lens, given)
        rays[..., 2] += 0 * rays[..., 0]  # NaN where they are
    else:
        rays[..., :2] = (given - (lens.cx, lens.cy)) / (lens.fx, lens.fy)
    return rays


@lru_cache(maxsize=16)
def pixel_rays(lens: Lens) -> FloatArray:
    """``unproject`` of every pixel's centre, (height, width, 3); not to be written to."""
    rays = unproject(lens, np.stack(np.meshgrid(np.arange(lens.width), np.arange(lens.height)), axis=-1))
    rays.flags.writeable = False
    return rays
