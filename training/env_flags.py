"""The flags by which every command names an environment, and the options they become."""

import json
from dataclasses import dataclass
from typing import Any

from twin.errors import InputError, one_of


@dataclass(frozen=True)
class EnvFlags:
    """Which environment."""

    env: str = "FactoryTwin/RouteNav-v0"
    """Gymnasium id."""
    layout: tuple[str, ...] = ("small_warehouse",)
    """Shipped names, files, or `generated`; several are drawn from."""
    robot: str = "amr"
    """Shipped name or file."""
    engine: str = "mujoco"
    """mujoco or pybullet."""
    shield: bool = False
    """Brake when driving on and then braking would hit what the lidar sees, whatever the agent wants."""
    quality: str = ""
    """How images are drawn: fast, standard or full; the task's own where empty."""
    calibration: str = ""
    """A ROS camera_info file for the robot's first camera: its size, focal lengths and distortion."""
    scenario: str = ""
    """What is randomized: a shipped scenario's name, or a file."""
    generator: tuple[str, ...] = ()
    """Options of generated layouts as KEY=VALUE, such as size=20x14 density=0.3."""

    def options(self) -> dict[str, Any]:
        """Keyword arguments for ``gymnasium.make``; raises ``InputError``, for an unknown environment too."""
        from envs.tasks import tasks

        known = [task.id for task in tasks().values()]
        one_of("environment", self.env, known)
        layout = self.layout[0] if len(self.layout) == 1 else list(self.layout)
        options: dict[str, Any] = {"layout": layout, "robot": self.robot, "engine": self.engine}
        if self.shield:
            options["shield"] = True
        options |= {
            k: v
            for k, v in (("quality", self.quality), ("calibration", self.calibration), ("scenario", self.scenario))
            if v
        }
        return options | ({"generator": generator} if (generator := self.generator_options()) else {})

    def generator_options(self) -> dict[str, Any]:
        """Those of ``--generator``; raises ``InputError`` where no layout is generated."""
        if self.generator and "generated" not in self.layout:
            raise InputError("--generator says how generated layouts are: it goes with --layout generated")
        return _pairs(self.generator)


def _pairs(texts: tuple[str, ...]) -> dict[str, Any]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--generator {text}: should be KEY=VALUE, such as density=0.3")
        pairs[key] = _value(value)
    return pairs


def _value(text: str) -> Any:
    """A number, ``20x14`` as a pair, or JSON; plain text where it is none of these."""
    try:
        return [float(part) for part in text.split("x")] if "x" in text else json.loads(text)
    except ValueError:
        return text
