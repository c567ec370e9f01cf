"""Where a robot's wheels and casters are, however they are steered."""

from collections.abc import Iterator

import numpy as np

from robots.model import DifferentialModel, RobotModel
from twin.geometry import FloatArray

Location = tuple[int | str, ...]
_ROUND = np.linspace(0, 2 * np.pi, 16, endpoint=False)


def running_gear(robot: RobotModel) -> Iterator[tuple[Location, FloatArray]]:
    """Wheels and casters as drawn: where the file says them, and points (n, 3) m whose hull contains them."""
    drive, wheel = robot.drive, robot.drive.wheel
    top = 2 * wheel.radius
    if isinstance(drive, DifferentialModel):
        half = [wheel.radius, (drive.track + wheel.width) / 2]
        yield ("drive", "track"), _upright(np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * half, 0.0, top)
    else:
        for i, place in enumerate(drive.modules):
            yield ("drive", "modules", i), _upright(_disc(place, np.hypot(wheel.radius, wheel.width / 2)), 0.0, top)
    if robot.casters:
        radius, low = robot.casters.radius, robot.casters.clearance
        for i, place in enumerate(robot.casters.positions):
            yield ("casters", "positions", i), _upright(_disc(place, radius), low, low + 2 * radius)


def _disc(center: tuple[float, float], radius: float) -> FloatArray:
    return np.asarray(center) + radius * np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=-1)


def _upright(outline: FloatArray, low: float, high: float) -> FloatArray:
    return np.concatenate([np.insert(outline, 2, z, axis=1) for z in (low, high)])
