"""A contact strip around the robot."""

import numpy as np

from twin import geometry
from twin.geometry import FloatArray
from twin.sensors.config import Bumper


def pressed(config: Bumper, pose: FloatArray, positions: FloatArray) -> FloatArray:
    """Sectors (sectors,) pressed, 0 or 1, by contacts at world ``positions`` (n, 3) on a robot at ``pose``."""
    local = geometry.transform_points(geometry.inverse(pose), positions)
    width = 2 * np.pi / config.sectors
    sector = np.floor((np.arctan2(local[:, 1], local[:, 0]) + width / 2) / width).astype(int) % config.sectors
    state = np.zeros(config.sectors)
    state[sector] = 1.0
    return state
