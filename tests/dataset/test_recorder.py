"""What is recorded is what happened."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from envs.tasks import tasks
from training.collection import Collection, collect
from training.dataset import Dataset, DatasetWriter
from training.dataset.recorder import RecordDataset, arrays_of, describe
from training.dataset.schema import DEPTH, INSTANCE, RGB, SEMANTIC
from twin.errors import DatasetError, UnknownNameError
from twin.rendering import create as create_renderer
from twin.taxonomy import class_id

AMR = (files("robots") / "shipped" / "amr.yaml").read_text()


def run(env: gymnasium.Env[Any, Any], seed: int) -> list[tuple[Any, ...]]:
    """(observation, action, reward, terminated, truncated) of each step, and the last observation."""
    observation, _ = env.reset(seed=seed)
    rng = np.random.default_rng(seed)
    steps, ended = [], False
    while not ended:
        action = rng.integers(2)
        after, reward, terminated, truncated, _ = env.step(action)
        steps.append((observation, action, reward, terminated, truncated))
        observation, ended = after, terminated or truncated
    return [*steps, (observation,)]


@pytest.mark.parametrize("limit", [None, 8])
def test_a_foreign_environment_is_recorded_with_its_terminal_observation(tmp_path: Path, limit: int | None) -> None:
    env = gymnasium.make("CartPole-v1", max_episode_steps=limit)
    with DatasetWriter.create(tmp_path / "D", describe(env, name="poles")) as writer:
        recorder = RecordDataset(env, writer)
        runs = [run(recorder, seed) for seed in range(3)]
    dataset = Dataset(tmp_path / "D")
    assert dataset.meta.env_id == "CartPole-v1"
    assert [record.seed for record in dataset.records()] == [0, 1, 2]
    for k, steps in enumerate(runs):
        episode = dataset.episode(k)
        assert episode.frames == len(steps)
        np.testing.assert_array_equal(episode["observations/state"], np.stack([s[0] for s in steps]))
        assert episode["actions"].tolist() == [s[1] for s in steps[:-1]] + [0]
        assert episode["reward"].tolist() == [s[2] for s in steps[:-1]] + [0.0]
        assert episode["terminated"].tolist() == [s[3] for s in steps[:-1]] + [False]
        assert episode["truncated"].tolist() == [s[4] for s in steps[:-1]] + [False]
        assert dataset.record(k).outcome["return"] == len(steps) - 1


@pytest.mark.parametrize("task", sorted(tasks()))
def test_every_task_is_recorded_and_its_seed_drives_the_same_episode_again(tmp_path: Path, task: str) -> None:
    env_id, options = tasks()[task].id, {"layout": "generated", "generator": {"size": (20, 14)}, "max_episode_steps": 3}
    collect(Collection(tmp_path / "D", "expert", env_id, options, 1, cameras=()))
    with gymnasium.make(env_id, **options) as env:
        env.reset(seed=0)
        drawn = json.loads(json.dumps(env.get_wrapper_attr("draws")))
    assert Dataset(tmp_path / "D").record(0).draws == drawn


def test_frames_can_be_left_out_but_no_reward_is_lost(tmp_path: Path) -> None:
    env = gymnasium.make("CartPole-v1")
    with DatasetWriter.create(tmp_path / "D", describe(env, name="poles", stride=3)) as writer:
        steps = run(RecordDataset(env, writer, every=3), seed=2)
    episode = Dataset(tmp_path / "D").episode(0)
    kept = steps[:-1:3]
    np.testing.assert_array_equal(episode["observations/state"], np.stack([s[0] for s in [*kept, steps[-1]]]))
    assert episode["actions"].tolist() == [s[1] for s in kept] + [0]
    assert episode["reward"].sum() == len(steps) - 1


def test_an_episode_that_is_reset_or_closed_before_its_end_leaves_nothing(tmp_path: Path) -> None:
    env = gymnasium.make("CartPole-v1")
    with DatasetWriter.create(tmp_path / "D", describe(env, name="poles")) as writer:
        recorder = RecordDataset(env, writer)
        recorder.reset(seed=0)
        recorder.step(0)
        steps = run(recorder, seed=1)
        recorder.reset(seed=2)
        recorder.close()
    dataset = Dataset(tmp_path / "D")
    assert dataset.episodes == 1
    assert dataset.frames == len(steps)


def test_the_recorded_images_are_what_the_camera_sees(recorded: Path) -> None:
    """From the stored scene and poses alone the same images come again, byte for byte."""
    dataset = Dataset(recorded)
    camera = dataset.cameras["robot/camera"]
    assert (camera.width, camera.height) == (64, 48)
    for k in range(dataset.episodes):
        scene, episode = dataset.scene(k), dataset.episode(k)
        with create_renderer(scene) as renderer:
            for t in (0, episode.frames - 1):
                frame = renderer.render(episode["poses"][t], scene.camera("robot/camera"))
                np.testing.assert_array_equal(frame.rgb, episode[camera.array(RGB)][t])
                np.testing.assert_array_equal(frame.instance, episode[camera.array(INSTANCE)][t])
                np.testing.assert_allclose(episode[camera.array(DEPTH)][t] / 1000, frame.depth, atol=5.1e-4)


def test_images_belong_to_the_poses_of_their_frame_whatever_the_agent_was_shown(tmp_path: Path) -> None:
    """A slow camera shows the agent what was; recorded is what is."""
    robot = tmp_path / "slow.yaml"
    robot.write_text(AMR.replace("- {position: [0.365", "- {rate: 2, position: [0.365"))
    options = {"layout": "small_warehouse", "robot": str(robot), "obs": "rgb", "camera_size": (32, 24)}
    drive = Collection(tmp_path / "D", "random", "FactoryTwin/PointNav-v0", {**options, "max_episode_steps": 8}, 1)
    dataset = collect(drive)
    camera, scene, episode = dataset.cameras["robot/camera"], dataset.scene(0), dataset.episode(0)
    shown = episode["observations/rgb"]
    assert (shown[1] == shown[0]).all()
    with create_renderer(scene) as renderer:
        for t in range(episode.frames):
            frame = renderer.render(episode["poses"][t], scene.camera("robot/camera"))
            np.testing.assert_array_equal(frame.rgb, episode[camera.array(RGB)][t])


def test_the_classes_are_those_of_the_instances(recorded: Path) -> None:
    dataset = Dataset(recorded)
    camera = dataset.cameras["robot/camera"]
    seen = set()
    for k in range(dataset.episodes):
        classes = {0: 0} | {i.id: class_id(i.class_name) for i in dataset.scene(k).instances}
        instances, semantic = (dataset.episode(k)[camera.array(name)] for name in (INSTANCE, SEMANTIC))
        np.testing.assert_array_equal(semantic, np.vectorize(classes.__getitem__)(instances))
        seen |= set(np.unique(semantic))
    assert len(seen) > 4


def test_the_record_says_where_an_episode_comes_from(recorded: Path) -> None:
    record = Dataset(recorded).record(1)
    assert (record.episode, record.seed, record.agent, record.robot) == (1, 6, "expert", "amr")
    assert record.layout in ("small_warehouse", "cross_dock")
    assert len(record.layout_digest) == 64
    assert record.group == record.layout_digest
    assert record.engine.startswith("mujoco 4")
    assert record.renderer
    assert record.frames == record.outcome["steps"] + 1
    assert {"start", "goal"} <= set(record.draws)
    assert record.boxes


def test_the_same_seed_gives_the_same_digest(recorded: Path) -> None:
    digests = [record.digest for record in Dataset(recorded).records()]
    assert len(set(digests)) == 3


def test_spaces_become_arrays_named_by_their_keys() -> None:
    class Env(gymnasium.Env[Any, Any]):
        observation_space = spaces.Dict({"a": spaces.Box(0, 1, (2, 3)), "b c": spaces.Dict({"d": spaces.Discrete(4)})})
        action_space = spaces.MultiDiscrete([3, 4])

    names = {spec.name: (spec.dtype, spec.shape) for spec in arrays_of(Env())}
    assert names["observations/a"] == ("float32", (2, 3))
    assert names["observations/b_c/d"] == ("int64", ())
    assert names["actions"] == ("int64", (2,))


def test_a_space_without_arrays_is_refused() -> None:
    class Env(gymnasium.Env[Any, Any]):
        observation_space = spaces.Text(5)
        action_space = spaces.Discrete(2)

    with pytest.raises(DatasetError, match="observations/state: a Text space cannot be recorded"):
        arrays_of(Env())


def test_an_unknown_camera_is_named(recorded: Path) -> None:
    import envs  # noqa: F401 (registers)

    env = gymnasium.make("FactoryTwin/RouteNav-v0")
    with pytest.raises(UnknownNameError, match=r"unknown camera 'robot/kamera'; did you mean 'robot/camera'\?"):
        describe(env, ["robot/kamera"], name="x")
    assert describe(env, ["camera"], name="x").cameras[0].name == "robot/camera"
