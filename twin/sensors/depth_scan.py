"""A depth image read as a lidar's scan, as ROS's ``depthimage_to_laserscan`` does: what stands on the floor."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.lenses import Lens, pixel_rays
from twin.scene import Pose
from twin.sensors.config import Lidar
from twin.sensors.depth_scan_kernels import nearest
from twin.sensors.view import View

LOW = 0.05
"""Metres above the floor from which on a thing is one: a braking robot nods, and the floor seems to rise far off."""
REACH = 10.0
"""Metres; farther things are a pixel or two."""
STEEPEST = 4.0
"""Slope to the optical axis (76 degrees) up to which depth along that tells where a thing is: a fisheye's sees more."""


class DepthScan:
    """Of one camera on a robot. A ray is two columns wide, so that none falls between pixels in the middle."""

    def __init__(self, mount: Pose, lens: Lens, height: float, footprint: tuple[tuple[float, float], ...]) -> None:
        """``mount``: OpenCV's camera frame in the robot's. What is higher than ``height`` (m) the robot fits below;
        what lies within its ``footprint`` (m) is itself.
        """
        pose, seen = mount.array(), pixel_rays(lens)
        steep = np.hypot(seen[..., :1], seen[..., 1:2]) > STEEPEST
        self._rays = np.ascontiguousarray(geometry.rotate(pose[3:], np.where(steep, np.nan, seen)))
        self._eye, self._band = pose[:3], (LOW, height)
        outline = np.array(footprint)
        self._self = (*outline.min(axis=0), *outline.max(axis=0))
        ahead = geometry.rotate(pose[3:], (0.0, 0.0, 1.0))
        yaw = float(np.arctan2(ahead[1], ahead[0]))
        angles = geometry.wrap_angle(np.arctan2(self._rays[..., 1], self._rays[..., 0]) - yaw)
        widest = float(np.nanmax(np.abs(angles)))
        rays = max(2, lens.width // 2)
        step = 2 * widest / (rays - 1)
        self._ray = np.where(np.isnan(angles), -1, np.rint((angles + widest) / step)).astype(np.int64)
        x, y, z = mount.position
        self._lidar = Lidar(Pose.planar(x, y, yaw, z), (0.0,), rays, step * rays, -widest, REACH, 0.0)
        lowest = self._overlooks()
        self._looks_down = np.isfinite(lowest)
        self._blind = float(lowest[self._looks_down].max(initial=0.0))

    def view(self, depth: npt.NDArray[np.float32]) -> View:
        """Of ``depth`` (height, width): metres along the optical axis, 0 where nothing returns."""
        returned = np.full(self._lidar.rays, REACH)
        floor = np.zeros(self._lidar.rays)
        nearest(depth, self._rays, self._ray, self._eye, self._band, self._self, returned, floor)
        # Where nothing stands it is free as far as the floor is seen; a wall's top beyond the image says nothing.
        passed = np.where(returned < REACH, returned, np.minimum(floor, REACH))
        return View(self._lidar, returned, np.where(self._looks_down, passed, 0.0), self._blind)

    def _overlooks(self) -> FloatArray:
        """How far from the camera the lowest thing comes into the image, m, in each ray; infinite where it does not."""
        down, away = -self._rays[..., 2], np.hypot(self._rays[..., 0], self._rays[..., 1])
        first = np.full(self._lidar.rays, np.inf)
        seen = (down > 0) & (self._ray >= 0)
        np.minimum.at(first, self._ray[seen], (self._eye[2] - LOW) * away[seen] / down[seen])
        return first


@lru_cache(maxsize=64)
def depth_scan(mount: Pose, lens: Lens, height: float, footprint: tuple[tuple[float, float], ...]) -> DepthScan:
    """The same for the same camera: episodes may have one each."""
    return DepthScan(mount, lens, height, footprint)
