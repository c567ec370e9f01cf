"""Who waits for the robot: people and vehicles of a case, who go when it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import dist
from typing import Any

from twin.patrols import Patrols


@dataclass(frozen=True, slots=True)
class Cue:
    """Stands ``travelled`` m along its route; goes once the robot is ``within`` m of the point ``near``."""

    name: str
    near: tuple[float, float]
    within: float
    speed: float
    """m/s, from then on."""
    travelled: float = 0.0

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "name": self.name,
            "near": list(self.near),
            "within": self.within,
            "speed": self.speed,
            "travelled": self.travelled,
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Cue":
        """Inverse of ``data``."""
        x, y = data["near"]
        rest = {key: float(data[key]) for key in ("within", "speed", "travelled")}
        return cls(str(data["name"]), (float(x), float(y)), **rest)


class Cues:
    """All cues of an episode, each given once."""

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self._waiting = list(cues)

    def begin(self, patrols: Patrols) -> None:
        """Have everybody take their places."""
        for cue in self._waiting:
            patrols.hold(cue.name, cue.travelled)

    def watch(self, patrols: Patrols, robot: tuple[float, float]) -> None:
        """Let those go whose time has come."""
        for cue in [cue for cue in self._waiting if dist(cue.near, robot) <= cue.within]:
            patrols.release(cue.name, cue.speed)
            self._waiting.remove(cue)
