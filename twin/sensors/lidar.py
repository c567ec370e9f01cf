"""A lidar on a robot."""

from functools import lru_cache
from math import atan2

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.scene import Scene
from twin.sensors.config import Lidar
from twin.sensors.ray_kernels import compose, spoil
from twin.sensors.raycast import Fan, planar_rays


class LidarScanner:
    """Scans a scene from the robot's root body, through the robot's own bodies."""

    def __init__(self, scene: Scene, config: Lidar, root: int, own_bodies: frozenset[int]) -> None:
        """``root``: row of the body the lidar is mounted on; ``own_bodies``: rows that it does not see."""
        self.config = config
        self.root = root
        self.rays = planar_rays(scene, tuple(sorted(own_bodies)))
        self._mount = config.pose.array()
        self._pose = np.empty(7)
        self._none = np.zeros(config.rays)

    def scan(
        self, poses: FloatArray, rng: np.random.Generator | None = None
    ) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Ranges (rays,) in metres, ``config.range`` where nothing returns, and the rows of the bodies hit (-1: none).

        With ``rng`` the scan carries the lidar's noise and dropout; without, it is the truth.
        """
        config = self.config
        compose(poses[self.root], self._mount, self._pose)
        angle = world_angle(self._pose) + config.first_angle
        fan = Fan(angle, config.field_of_view / config.rays, config.rays, config.range)
        ranges, bodies = self.rays.cast(poses, self._pose[:3], config.layers, fan)
        noise, chance, dropout = self._none, self._none, 0.0
        if rng is not None:
            noise = config.noise * rng.standard_normal(config.rays)
            chance, dropout = rng.random(config.rays), config.dropout
        spoil(ranges, bodies, noise, chance, dropout, config.range)
        return ranges, bodies


@compiled
def world_angle(pose: FloatArray) -> float:
    """Heading of a pose (7,), rad."""
    w, x, y, z = pose[3:]
    return atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def scan_points(config: Lidar, ranges: FloatArray) -> FloatArray:
    """End points (n, 2) in the robot's frame of the rays that returned."""
    x, y, _ = config.pose.position
    return _ends(ranges, _directions(config), config.range, x, y)


@compiled
def _ends(ranges: FloatArray, directions: FloatArray, reach: float, x: float, y: float) -> FloatArray:
    """Of the rays from (x, y) that end before ``reach``."""
    found = np.empty((len(ranges), 2))
    count = 0
    for k in range(len(ranges)):
        if ranges[k] < reach:
            found[count, 0] = ranges[k] * directions[k, 0] + x
            found[count, 1] = ranges[k] * directions[k, 1] + y
            count += 1
    return found[:count]


def first_ray(config: Lidar, pose: tuple[float, float, float]) -> FloatArray:
    """Where the lidar of a robot at ``pose`` (x, y, heading) is and into which direction its first ray points, (3,)."""
    x, y, heading = pose
    mx, my, _ = config.pose.position
    c, s = np.cos(heading), np.sin(heading)
    return np.array([x + c * mx - s * my, y + s * mx + c * my, heading + _yaw(config) + config.first_angle])


@lru_cache(maxsize=64)  # a camera that is read as a lidar may differ from episode to episode
def _yaw(config: Lidar) -> float:
    return float(geometry.yaw_from_quaternion(config.pose.array()[3:]))


@lru_cache(maxsize=64)
def _directions(config: Lidar) -> FloatArray:
    """Of the rays, (rays, 2) in the robot's frame."""
    angles = config.first_angle + np.arange(config.rays) * (config.field_of_view / config.rays)
    yaw = _yaw(config)
    return np.stack([np.cos(angles + yaw), np.sin(angles + yaw)], axis=-1)
