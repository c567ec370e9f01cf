"""A lidar whose returns are points that know what they came back from."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Scene
from twin.sensors.config import Lidar
from twin.sensors.lidar import LidarScanner
from twin.taxonomy import class_id


@dataclass(frozen=True, slots=True)
class LidarReturns:
    """One row for each return of each layer, layer by layer, in the order of the rays."""

    points: FloatArray  # (n, 3) m, world frame
    instance: npt.NDArray[np.uint16]  # (n,) 0 for what carries no label
    class_id: npt.NDArray[np.uint16]  # (n,) as in twin.taxonomy; 0 for what carries no label
    range: FloatArray  # (n,) m, from the axis of the lidar


class LabelledLidar:
    """Keeps every layer's returns, where ``LidarScanner`` keeps the nearest of each ray."""

    def __init__(self, scene: Scene, config: Lidar, root: int, own_bodies: frozenset[int]) -> None:
        """As ``LidarScanner``."""
        layers = [replace(config, layers=(height,)) for height in config.layers]
        self._scanners = [LidarScanner(scene, layer, root, own_bodies) for layer in layers]
        self._config, self._root = config, root
        classes = {instance.id: class_id(instance.class_name) for instance in scene.instances}
        self._instance = np.array([body.instance for body in scene.bodies], dtype=np.uint16)
        self._class = np.array([classes.get(body.instance, 0) for body in scene.bodies], dtype=np.uint16)

    def scan(self, poses: FloatArray, rng: np.random.Generator | None = None) -> LidarReturns:
        """What comes back with bodies at ``poses`` (bodies, 7); with noise and dropout where there is an ``rng``."""
        config = self._config
        pose = geometry.compose(poses[self._root], config.pose.array())
        first = float(geometry.yaw_from_quaternion(pose[3:])) + config.first_angle
        angles = first + np.arange(config.rays) * (config.field_of_view / config.rays)
        ahead = np.stack([np.cos(angles), np.sin(angles), np.zeros(config.rays)], axis=-1)
        scans = [scanner.scan(poses, rng) for scanner in self._scanners]
        hits = [bodies >= 0 for _, bodies in scans]
        points = [
            pose[:3] + (0.0, 0.0, height) + ranges[hit, None] * ahead[hit]
            for height, (ranges, _), hit in zip(config.layers, scans, hits, strict=True)
        ]
        rows = np.concatenate([bodies[hit] for (_, bodies), hit in zip(scans, hits, strict=True)])
        ranges = np.concatenate([ranges[hit] for (ranges, _), hit in zip(scans, hits, strict=True)])
        return LidarReturns(np.concatenate(points), self._instance[rows], self._class[rows], ranges)
