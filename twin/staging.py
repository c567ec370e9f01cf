"""What an episode takes place in, before anything moves: what randomizers change and worlds are made of."""

from dataclasses import dataclass

from twin.look import PLAIN, Look
from twin.scene import Scene
from twin.world import Mobile


@dataclass(frozen=True, slots=True)
class Staging:
    """A scene with a robot in it, the robot's drive and sensors, and how cameras see."""

    scene: Scene
    mobile: Mobile
    look: Look = PLAIN
