"""What an episode takes place in, before anything moves: what randomizers change and worlds are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from twin.look import PLAIN, Look
from twin.scene import Light, Scene
from twin.world import Mobile

_LIGHTS = TypeAdapter(tuple[Light, ...])


@dataclass(frozen=True, slots=True)
class Staging:
    """A scene with a robot in it, the robot's drive and sensors, and how cameras see."""

    scene: Scene
    mobile: Mobile
    look: Look = PLAIN

    def lit(self, drawn: Mapping[str, Any], *, running: bool) -> "Staging":
        """With other lights, drawn as JSON has them under ``lights`` and ``ambient``.

        Those of the scene before an episode; where one is ``running`` already, those of the look.
        """
        lights, ambient = _LIGHTS.validate_python(drawn["lights"]), float(drawn["ambient"])
        if running:
            return replace(self, look=replace(self.look, lights=lights, ambient=ambient))
        return replace(self, scene=replace(self.scene, lights=lights, ambient=ambient))
