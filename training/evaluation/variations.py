"""What is changed when an agent is tested beyond what it was made for: engine, noise, delay, payload, blindness.

Each variation is a YAML file in ``training/variations``, found by its name; a file of one's own is taken too.
"""

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

import robots
from envs.agents import Agent
from robots.model import RobotModel
from robots.robot import Robot
from twin import textures
from twin.errors import InputError, one_of
from twin.file_model import FileModel
from twin.shipped import Shipped
from twin.yaml_files import dump_yaml, load_yaml_model

SHIPPED = Shipped("variation", Path(__file__).parents[1] / "variations")

Steps = Annotated[int, Field(ge=0, le=50)]


class Variation(FileModel):
    """What differs from the suite. Nothing, unless said."""

    description: str = ""
    """A sentence for tables."""
    engine: str = ""
    """mujoco or pybullet; the evaluation's where empty."""
    sensor_noise: Annotated[float, Field(ge=0, le=100)] = 1.0
    """Factor on the errors of lidar, odometry and inertial unit."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of lidar rays without return, in place of the robot's own where above 0."""
    observation_delay: Steps = 0
    """Control steps by which what an agent sees is old: its observations, and the state that experts read."""
    action_delay: Steps = 0
    """Control steps until an action is carried out; the robot stands still until the first is."""
    payload: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    """kg more on the robot, spread like its chassis."""
    blank: tuple[str, ...] = ()
    """Observations in which nothing is ever to be seen: each holds its upper bounds (a lidar that sees nothing)."""

    @property
    def changes_robot(self) -> bool:
        """Whether the robot's file has to be another one."""
        return self.sensor_noise != 1.0 or self.dropout > 0.0 or self.payload > 0.0

    def options(self, given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
        """The environment's options under this variation; a changed robot is written into ``folder``."""
        changed = dict(given)
        if self.engine:
            changed["engine"] = self.engine
        if self.changes_robot:
            robot = robots.load(given.get("robot", "amr"))
            path = folder / f"{robot.name}.yaml"
            dump_yaml(self.robot(robot).model_dump(mode="json", exclude_unset=True), path)
            changed["robot"] = str(path)
        return changed

    def robot(self, robot: Robot) -> RobotModel:
        """The robot's file with the changes in it; raises ``InputError`` where it cannot stand in another folder."""
        model = robot.model
        if any(camera.calibration for camera in model.sensors.cameras):
            raise InputError(
                f"robot '{robot.name}' has a camera's calibration file beside its own: it cannot be varied"
            )
        for name, material in model.materials.items():
            if textures.is_path(material.texture):
                raise InputError(f"robot '{robot.name}' has an image for material '{name}': it cannot be varied")
        lidar, imu, odometry = model.sensors.lidar, model.sensors.imu, model.sensors.odometry
        factor = self.sensor_noise
        noisy = {
            "lidar": lidar.model_copy(
                update={"noise": factor * lidar.noise, "dropout": self.dropout or min(1.0, factor * lidar.dropout)}
            ),
            "imu": imu.model_copy(
                update={
                    "accelerometer_noise": factor * imu.accelerometer_noise,
                    "gyroscope_noise": factor * imu.gyroscope_noise,
                }
            ),
            "odometry": odometry.model_copy(
                update={name: factor * value for name, value in odometry.model_dump().items()}
            ),
        }
        chassis = model.chassis.model_copy(update={"mass": model.chassis.mass + self.payload})
        sensors = model.sensors.model_copy(update=noisy)
        return model.model_copy(update={"chassis": chassis, "sensors": sensors})


NOMINAL = Variation()


class Disturbed:
    """An agent whose observations come late or blank and whose actions are carried out late."""

    def __init__(
        self, agent: Agent, variation: Variation, high: Mapping[str, npt.NDArray[Any]], env: Any = None
    ) -> None:
        """``high``: upper bounds of the observations. ``env``: whose state the agent reads, late as well."""
        for name in variation.blank:
            one_of("observation to blank", name, high)
        self._agent, self._variation, self._env = agent, variation, env
        self._blank = {name: high[name] for name in variation.blank}

    def reset(self, seed: int) -> None:
        """An episode begins: nothing is on its way."""
        self._agent.reset(seed)
        self._seen: deque[tuple[Mapping[str, npt.NDArray[Any]], Any]] = deque(
            maxlen=self._variation.observation_delay + 1
        )
        self._wanted: deque[npt.NDArray[np.float32]] = deque()

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """The action that is carried out now."""
        env = self._env
        now = None if env is None else env.state
        self._seen.append(({**observation, **self._blank}, now))
        seen, state = self._seen[0]
        if env is None:
            self._wanted.append(self._agent.act(seen))
        else:
            env.state = state
            try:
                self._wanted.append(self._agent.act(seen))
            finally:
                env.state = now
        if len(self._wanted) <= self._variation.action_delay:
            return np.zeros_like(self._wanted[0])
        return self._wanted.popleft()


def names() -> list[str]:
    """Of all variations."""
    return SHIPPED.names()


def load(name_or_path: str) -> Variation:
    """A variation by its name, or from a file. Raises ``UnknownNameError``, ``FileError``."""
    return load_yaml_model(SHIPPED.find(name_or_path), Variation)
