"""What a robot sees around it, at the heights at which it would run into something."""

from dataclasses import dataclass

from twin.geometry import FloatArray
from twin.sensors.config import Lidar


@dataclass(frozen=True, slots=True)
class View:
    """One number a ray of ``lidar``: of a real one, or of one that depth images are read as."""

    lidar: Lidar
    returned: FloatArray
    """Metres to what stands there, (rays,); ``lidar.range`` where nothing does."""
    passed: FloatArray
    """Metres as far as nothing stands, (rays,)."""
    blind: float = 0.0
    """Metres around the lidar in which it looks over what is low."""
