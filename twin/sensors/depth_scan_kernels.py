"""The compiled loop of ``depth_scan``."""

from math import hypot

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled
def nearest(
    depth: npt.NDArray[np.float32],
    rays: FloatArray,
    ray: npt.NDArray[np.int64],
    eye: FloatArray,
    band: tuple[float, float],
    own: tuple[float, float, float, float],
    returned: FloatArray,
    floor: FloatArray,
) -> None:
    """Lower ``returned`` (rays,) to what stands in the band of heights, raise ``floor`` (rays,) to the farthest floor.

    Pixels look along ``rays`` (height, width, 3) of the robot's frame from ``eye`` (3,) and belong to the ray of number
    ``ray`` (height, width), -1 for none. What lies within ``own``, least and greatest x and y, is the robot.
    """
    for v in range(depth.shape[0]):
        for u in range(depth.shape[1]):
            k, d = ray[v, u], depth[v, u]
            if k < 0 or d <= 0:
                continue
            dx, dy = d * rays[v, u, 0], d * rays[v, u, 1]
            x, y, z = eye[0] + dx, eye[1] + dy, eye[2] + d * rays[v, u, 2]
            away = hypot(dx, dy)
            if z < band[0]:
                floor[k] = max(floor[k], away)
            elif z < band[1] and not (own[0] < x < own[2] and own[1] < y < own[3]):
                returned[k] = min(returned[k], away)
