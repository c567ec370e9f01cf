"""The lidars of many robots, each in a world of its own, in one call."""

from typing import Any

import numpy as np
import numpy.typing as npt

from twin.addresses import address
from twin.geometry import FloatArray
from twin.sensors.config import Lidar
from twin.sensors.lidar import LidarScanner
from twin.sensors.many_lidar_kernels import ALL, BAND, BODIES, FIELDS, FIXED, MOVING, NEAR, POSES, ROOT, scan_all
from twin.sensors.ray_kernels import Solids

TILT = 0.1
"""m by which a lidar may be higher or lower than where it began and still be held against few solids only."""


class ManyLidars:
    """Scans of robots that carry the same lidar; row k of each array is that of slot k."""

    def __init__(self, slots: int, config: Lidar) -> None:
        self.config = config
        self._mount, self._layers = config.pose.array(), np.array(config.layers)
        self.ranges = np.empty((slots, config.rays))
        self.noise = np.zeros((slots, config.rays))
        """Standard normal numbers, for the next scan."""
        self.chance = np.ones((slots, config.rays))
        """Uniform numbers: below ``config.dropout`` a ray is lost."""
        self._table = np.zeros((slots, FIELDS), dtype=np.int64)
        self._kept: list[Any] = [None] * slots  # what the table points at

    def put(self, slot: int, scanner: LidarScanner, poses: FloatArray) -> None:
        """Scan from now on as ``scanner`` does; ``poses`` (bodies, 7) are read at every scan."""
        row, rays = self._table[slot], scanner.rays
        height = poses[scanner.root, 2] + self.config.pose.position[2]
        band = np.array([height - TILT, height + TILT])
        low, high = band[0] + min(self.config.layers), band[1] + max(self.config.layers)
        rows = rays.in_band(low, high), np.arange(len(rays.fixed[0]))
        self._kept[slot] = poses, band, rows, rays
        _describe(row[FIXED:], rays.fixed)
        _describe(row[MOVING:], rays.moving)
        row[[NEAR, NEAR + 1, ALL, ALL + 1]] = address(rows[0]), len(rows[0]), address(rows[1]), len(rows[1])
        row[[BAND, POSES, BODIES, ROOT]] = address(band), address(poses), len(poses), scanner.root

    def scan(self, first: int, every: int) -> None:
        """New ``ranges`` for the slots ``first``, ``first + every``..."""
        config = self.config
        scan_all(
            self._table,
            first,
            every,
            self._mount,
            self._layers,
            config.first_angle,
            config.field_of_view / config.rays,
            config.range,
            config.noise,
            config.dropout,
            self.noise,
            self.chance,
            self.ranges,
        )


def _describe(row: npt.NDArray[np.int64], solids: Solids) -> None:
    row[:7] = [address(array) for array in solids]
    row[7:9] = len(solids[0]), len(solids[5])
