"""Lenses: pixels, focal lengths, distortion, and where points of the camera frame fall in the image."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Distortion:
    """How a lens bends straight lines, in OpenCV's words: ``brown_conrady`` k1 k2 p1 p2 k3, ``fisheye`` k1 to k4."""

    model: Literal["brown_conrady", "fisheye"]
    coefficients: tuple[float, ...]


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


def project(lens: Lens, points: npt.ArrayLike) -> FloatArray:
    """Pixels (..., 2) of points (..., 3) in OpenCV's camera frame; NaN for what is not in front of the camera.

    The centre of the first pixel is (0, 0).
    """
    given = np.asarray(points, dtype=np.float64)
    depth = np.where(given[..., 2] > 0, given[..., 2], np.nan)
    focal, center = np.array([lens.fx, lens.fy]), np.array([lens.cx, lens.cy])
    return given[..., :2] / depth[..., None] * focal + center
