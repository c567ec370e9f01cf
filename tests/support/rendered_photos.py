"""Photographs whose camera is known: drawn from a shipped factory, with a lens, noise and compression of their own."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

import factories
from training.derive.eyes import mount
from twin import geometry, rendering
from twin.lenses import Lens
from twin.scene import WORLD, Camera, Pose

Rgb = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Shot:
    """Where a photo is taken, and how the camera is held."""

    layout: str
    x: float
    y: float
    yaw: float
    height: float = 1.5
    pitch: float = 0.12
    roll: float = 0.0
    fov: float = 0.9

    def camera(self, width: int, height: int) -> Camera:
        held = mount(self.x, self.y, self.height, self.yaw, self.pitch)
        rolled = geometry.quaternion_from_axis_angle((0.0, 0.0, 1.0), self.roll)
        pose = Pose.of([*held.position, *geometry.quaternion_multiply(held.quaternion, rolled)])
        return Camera("photo", WORLD, pose, Lens.from_fov(width, height, self.fov))

    def horizon(self, width: int, height: int) -> tuple[float, float]:
        """Its y at the left and at the right edge, as shares of the height."""
        camera = self.camera(width, height)
        down = geometry.matrix_from_quaternion(camera.pose.quaternion).T @ [0.0, 0.0, -1.0]
        lens = camera.lens
        ends = (-(down[2] + down[0] * (x - lens.cx) / lens.fx) / down[1] for x in (0, width - 1))
        left, right = ((lens.fy * end + lens.cy + 0.5) / height for end in ends)
        return left, right


WIDTH, HEIGHT = 360, 240
"""px, unless said."""
AISLE = Shot("narrow_aisles", 3.0, 10.0, 0.1, roll=-0.03)
HALL = Shot("cross_dock", 5.0, 7.0, 0.35, height=1.7, pitch=0.2, roll=0.03, fov=1.0)
DOCK = Shot("small_warehouse", 3.0, 6.0, -0.4, height=1.3, pitch=0.08)


def take(shot: Shot, width: int = WIDTH, height: int = HEIGHT, noise: float = 3.0) -> Rgb:
    """The photo as a camera stores it."""
    with rendering.create(factories.build(factories.load(shot.layout)), "raster", "standard") as renderer:
        rgb = renderer.render(renderer.scene.initial_poses, shot.camera(width, height)).rgb
    soft = cv2.GaussianBlur(rgb.astype(np.float32), (0, 0), 0.7)
    grain = np.random.default_rng(1).normal(0, noise, soft.shape)
    return np.asarray(np.clip(soft + grain, 0, 255), np.uint8)


def save(rgb: Rgb, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgb).save(path)
    return path
