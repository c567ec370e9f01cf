"""Variations: what they change, and that they change nothing else."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import robots
from training.evaluation import Evaluation, evaluate, variations
from training.evaluation.suites import open_suite
from training.evaluation.variations import NOMINAL, Disturbed, Variation
from twin.errors import FileError, InputError, UnknownNameError


class Counting:
    """Acts by what it sees, and counts its actions."""

    def reset(self, seed: int) -> None:
        self.count = 0

    def act(self, observation: Any) -> Any:
        self.count += 1
        return np.array([observation["step"][0], self.count], dtype=np.float32)


def disturbed(steps: int, **changes: Any) -> list[list[float]]:
    agent = Disturbed(Counting(), Variation(**changes), {"step": np.array([9.0]), "lidar": np.ones(3)})
    agent.reset(0)
    return [agent.act({"step": np.array([float(k)]), "lidar": np.zeros(3)}).tolist() for k in range(steps)]


def test_delays_by_hand() -> None:
    assert disturbed(3) == [[0, 1], [1, 2], [2, 3]]
    assert disturbed(4, observation_delay=2) == [[0, 1], [0, 2], [0, 3], [1, 4]]
    assert disturbed(4, action_delay=2) == [[0, 0], [0, 0], [0, 1], [1, 2]]
    assert disturbed(4, observation_delay=1, action_delay=1) == [[0, 0], [0, 1], [0, 2], [1, 3]]
    assert disturbed(2, blank=("step",)) == [[9, 1], [9, 2]]


class Reading:
    """Acts by the state of an environment, as experts do."""

    def __init__(self, env: Any) -> None:
        self._env = env

    def reset(self, seed: int) -> None:
        """Nothing to forget."""

    def act(self, observation: Any) -> Any:
        return np.array([self._env.state], dtype=np.float32)


def test_what_is_read_from_the_environment_is_late_as_well() -> None:
    env = SimpleNamespace(state=0)
    agent = Disturbed(Reading(env), Variation(observation_delay=2), {}, env)
    agent.reset(0)
    told = []
    for env.state in (5, 6, 7, 8):
        told.append(float(agent.act({})[0]))
    assert told == [5, 5, 5, 6]
    assert env.state == 8


def test_blanking_what_is_not_observed() -> None:
    with pytest.raises(UnknownNameError, match="observation to blank 'lidr'; did you mean 'lidar'"):
        disturbed(1, blank=("lidr",))


def test_a_changed_robot(tmp_path: Path) -> None:
    robot = robots.load("amr")
    varied = Variation(sensor_noise=3.0, payload=50.0, dropout=0.1)
    options = varied.options({"robot": "amr"}, tmp_path)
    changed = robots.load(options["robot"])
    assert changed.model == varied.robot(robot)
    assert changed.model.chassis.mass == robot.model.chassis.mass + 50.0
    assert changed.sensors.lidar.noise == pytest.approx(3 * robot.sensors.lidar.noise)
    assert changed.sensors.lidar.dropout == 0.1
    assert changed.sensors.odometry.noise == pytest.approx(3 * robot.sensors.odometry.noise)
    assert changed.sensors.imu.gyroscope_noise == pytest.approx(3 * robot.sensors.imu.gyroscope_noise)
    assert changed.footprint.tolist() == robot.footprint.tolist()
    assert (changed.name, changed.model.limits) == (robot.name, robot.model.limits)


def test_what_is_not_changed_is_handed_on(tmp_path: Path) -> None:
    assert NOMINAL.options({"robot": "omni", "engine": "mujoco"}, tmp_path) == {"robot": "omni", "engine": "mujoco"}
    assert Variation(engine="pybullet").options({"robot": "omni"}, tmp_path) == {"robot": "omni", "engine": "pybullet"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", variations.names())
def test_every_shipped_variation_changes_something(name: str) -> None:
    varied = variations.load(name)
    assert varied.description.endswith(".")
    assert varied.model_copy(update={"description": ""}) != NOMINAL


def test_the_same_episodes_under_variations(suite: str) -> None:
    opened = open_suite(suite)

    def driven(**changes: Any) -> list[dict[str, Any]]:
        options = {"max_episode_steps": 20}
        given = Evaluation("expert", opened.env, opened.cases()[1:2], options, variation=Variation(**changes))
        return evaluate(given)["per_episode"]

    nominal = driven()
    for changes in ({"sensor_noise": 5.0}, {"action_delay": 2}, {"payload": 60.0}, {"engine": "pybullet"}):
        varied = driven(**changes)
        assert [e["start"] for e in varied] == [e["start"] for e in nominal]
        assert [e["goal"] for e in varied] == [e["goal"] for e in nominal]
        assert [e["reward"] for e in varied] != [e["reward"] for e in nominal], changes


def test_a_robot_with_an_image_of_its_own_cannot_be_varied(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"")
    shipped = Path(robots.__file__).parent / "shipped" / "amr.yaml"
    path = tmp_path / "mine.yaml"
    path.write_text(shipped.read_text().replace("texture: brushed_steel", "texture: logo.png"))
    with pytest.raises(InputError, match="robot 'amr' has an image for material 'plate': it cannot be varied"):
        Variation(payload=10.0).robot(robots.load(path))


def test_a_wrong_variation(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown variation 'noise_x2'; did you mean 'noise_x3'"):
        variations.load("noise_x2")
    path = tmp_path / "mine.yaml"
    path.write_text("payload: heavy\n")
    with pytest.raises(FileError, match=r"mine.yaml:1:1: payload: should be a valid number"):
        variations.load(str(path))
