"""The camera that took a photo, and the floor before it: z is up, the floor is z = 0, the camera looks along x."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from training.composite import horizon as horizons
from training.composite.about import About
from training.composite.photos import Photo
from twin.errors import InputError
from twin.geometry import FloatArray, matrix_from_quaternion, quaternion_from_matrix
from twin.lenses import Lens, pixel_rays, project
from twin.scene import WORLD, Camera, Pose

NAME = "photo"
CAMERA_HEIGHT = 1.5
"""m where nobody says: a person who holds a camera before the chest, or a mast on a vehicle."""
GUESSED_FOCAL = 0.78
"""In long sides of the photo: a phone's main lens, 65 degrees wide."""
FAR = 60.0
"""m"""
Origin = Literal["given", "exif", "uprights", "guessed", "estimated", "assumed"]


@dataclass(frozen=True)
class View:
    """How a photo looks at the floor."""

    camera: Camera
    height: float
    """m above the floor."""
    aisle: float | None
    """Heading (rad) of the strongest vanishing point, along which things are lined up; None where it is not known."""
    sources: dict[str, Origin]
    """Where horizon, camera_height and fov come from."""

    @property
    def lens(self) -> Lens:
        """Of the camera."""
        return self.camera.lens

    def ground(self, pixels: npt.ArrayLike) -> FloatArray:
        """Points (..., 2) of the floor, m, that pixels (..., 2) show; NaN from the horizon upwards."""
        axes = matrix_from_quaternion(self.camera.pose.quaternion)
        lens = self.lens
        given = np.asarray(pixels, np.float64)
        rays = np.stack([(given[..., 0] - lens.cx) / lens.fx, (given[..., 1] - lens.cy) / lens.fy], axis=-1)
        rays = np.concatenate([rays, np.ones((*rays.shape[:-1], 1))], axis=-1) @ axes.T
        down = np.where(rays[..., 2] < -1e-4, -rays[..., 2], np.nan)
        found: FloatArray = self.height * rays[..., :2] / down[..., None]
        return found

    def pixel(self, points: npt.ArrayLike) -> FloatArray:
        """Pixels (..., 2) of points (..., 3) of the world; NaN behind the camera."""
        axes = matrix_from_quaternion(self.camera.pose.quaternion)
        return project(self.lens, (np.asarray(points, np.float64) - self.camera.pose.position) @ axes)

    @cached_property
    def floor_map(self) -> FloatArray:
        """``ground`` of every pixel, (height, width, 2)."""
        return self.ground(np.stack(np.meshgrid(np.arange(self.lens.width), np.arange(self.lens.height)), axis=-1))

    def rays(self) -> FloatArray:
        """World directions (height, width, 3) of all pixels, one metre along the optical axis."""
        found: FloatArray = pixel_rays(self.lens) @ matrix_from_quaternion(self.camera.pose.quaternion).T
        return found

    def looking_at(self, size: tuple[int, int]) -> "View":
        """The same photo reduced by one factor and cut to ``size``, about its middle."""
        lens = self.lens
        scale = fitting(lens.width, lens.height, size)
        whole = lens.resized(round(lens.width * scale), round(lens.height * scale))
        left, top = (whole.width - size[0]) // 2, (whole.height - size[1]) // 2
        cut = replace(whole, width=size[0], height=size[1], cx=whole.cx - left, cy=whole.cy - top)
        return replace(self, camera=replace(self.camera, lens=cut))


def fitting(width: int, height: int, size: tuple[int, int]) -> float:
    """The factor by which an image just covers ``size``."""
    return max(size[0] / width, size[1] / height)


def view_of(photo: Photo, about: About) -> View:
    """The camera of a photo: what is given, what its EXIF says, what its lines say, or what is usual, in this order.

    Raises ``InputError`` where no horizon is found or none of the photo lies below it.
    """
    width, height = photo.size
    focal, fov_from = _focal(photo, about)
    aisle, line, horizon_from = None, _given(about), "given"
    if line is None:
        found = horizons.estimate(photo.rgb, focal, guessed=fov_from == "guessed")
        if found is None:
            raise InputError(
                f"{photo.path}: no horizon was found, too few straight lines agree on one; say where it is: "
                f"--horizon, or 'horizon: 0.4' (share of the height from the top) in {photo.path.stem}.yaml beside it"
            )
        if found.focal is not None:
            focal, fov_from = found.focal, "uprights"
        line, horizon_from = (found.left, found.right), "estimated"
        aisle = math.atan2(-(found.points[0] - 0.5) * width, focal) if found.points else None
    if max(line) >= 0.95:
        raise InputError(
            f"{photo.path}: horizon {max(line):g}: there is no floor below it; it is a share of the height"
        )
    lens = Lens(width, height, focal, focal, (width - 1) / 2, (height - 1) / 2, 0.05, FAR)
    above = about.camera_height or CAMERA_HEIGHT
    pose = Pose.of([0.0, 0.0, above, *_orientation(lens, line)])
    sources: dict[str, Origin] = {
        "horizon": "given" if horizon_from == "given" else "estimated",
        "camera_height": "given" if about.camera_height else "assumed",
        "fov": fov_from,
    }
    return View(Camera(NAME, WORLD, pose, lens), above, aisle, sources)


def _given(about: About) -> tuple[float, float] | None:
    if about.horizon is None:
        return None
    return about.horizon if isinstance(about.horizon, tuple) else (about.horizon, about.horizon)


def _focal(photo: Photo, about: About) -> tuple[float, Origin]:
    width, height = photo.size
    if about.fov is not None:
        return height / 2 / math.tan(about.fov / 2), "given"
    if photo.focal is not None:
        return photo.focal, "exif"
    return GUESSED_FOCAL * max(width, height), "guessed"


def _orientation(lens: Lens, line: tuple[float, float]) -> FloatArray:
    """Of the camera whose horizon runs from the left to the right edge at these shares of the height."""
    ends = np.array([[0.0, line[0] * lens.height - 0.5, 1.0], [lens.width - 1.0, line[1] * lens.height - 0.5, 1.0]])
    rays = np.linalg.solve(lens.matrix(), ends.T).T
    down = np.cross(rays[0], rays[1])
    down *= np.sign(down[1]) / np.linalg.norm(down)
    ahead = np.array([0.0, 0.0, 1.0]) - down[2] * down
    ahead /= np.linalg.norm(ahead)
    right = np.cross(down, ahead)
    return quaternion_from_matrix(np.stack([ahead, -right, -down]))
