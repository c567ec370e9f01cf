"""The environments keep to what Gymnasium and Stable-Baselines3 ask of any."""

import pickle
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from envs.tasks import tasks
from twin.physics import ENGINES

IDS = [task.id for task in tasks().values()]
KEYS = {
    *("is_success", "success", "spl", "soft_spl", "collisions", "distance_to_goal", "path_length", "time_to_goal"),
    "layout",
}


def test_both_tasks_are_registered():
    assert {"FactoryTwin/PointNav-v0", "FactoryTwin/RouteNav-v0"} <= set(IDS) <= gymnasium.registry.keys()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("env_id", IDS)
def test_gymnasium_finds_nothing_wrong(env_id: str, engine: str, layouts: dict[str, str]):
    env = gymnasium.make(env_id, layout=layouts["stations"], engine=engine, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # That check would make the environment once more with every mode, a window too.
        check_env(env.unwrapped, skip_render_check=True)
    env.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("env_id", IDS)
def test_stable_baselines_finds_nothing_wrong(env_id: str, engine: str, layouts: dict[str, str]):
    env = gymnasium.make(env_id, layout=layouts["stations"], engine=engine)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Two scans of all rays, and points of a route: flattened by its policies, and easier to read as they are.
        warnings.filterwarnings("ignore", message="Your observation (lidar|route|movers) has an unconventional shape")
        sb3_check_env(env)
    env.close()


@pytest.mark.filterwarnings("ignore:.*infinity")  # odometry and accelerations have no bounds
def test_all_observations_at_once_stay_in_their_spaces(make):
    from envs.observations import OBSERVATIONS

    env = make(obs=tuple(OBSERVATIONS), camera_size=(40, 36), collision_ends=False)
    check_env(env, skip_render_check=True)


@pytest.mark.parametrize("robot", ["amr", "omni"])
def test_info_has_the_same_keys_at_every_step_and_an_instruction_at_reset(robot: str, make):
    env = make(robot=robot)
    _, info = env.reset(seed=1)
    assert info.pop("instruction").startswith("Go to ")
    assert info.keys() == KEYS
    *_, after = env.step(env.action_space.sample())
    assert after.keys() == KEYS
    assert {k: type(v) for k, v in info.items()} == {k: type(v) for k, v in after.items()}
    assert info["layout"] == "small"
    assert (info["is_success"], info["path_length"], info["collisions"]) == (False, 0.0, 0)


def test_actions_are_the_moving_parts_of_the_twist(make):
    assert make(robot="amr").action_space.shape == (2,)
    assert make(robot="omni").action_space.shape == (3,)


@pytest.mark.parametrize(("task", "robot"), [("RouteNav", "amr"), ("RouteNav", "omni"), ("Dock", "amr")])
def test_an_action_and_its_twist_belong_together(task: str, robot: str, make):
    env = make(task, robot=robot)
    rng = np.random.default_rng(0)
    drive = env.robot.drive
    size = env.action_space.shape
    for action in rng.uniform(-1, 1, (20, *size)):
        twist = env.actions.twist(action)
        assert (drive.low <= twist).all()
        assert (twist <= drive.high).all()
        np.testing.assert_allclose(env.actions.towards(twist), action, atol=1e-6)
    np.testing.assert_array_equal(env.actions.twist(np.zeros(size)), np.zeros(3))
    np.testing.assert_allclose(env.actions.twist(np.ones(size)), drive.high)
    np.testing.assert_allclose(env.actions.twist(-np.ones(size)), drive.low)


def test_time_runs_out(make):
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout="small_warehouse", max_episode_steps=3)
    env.reset(seed=1)
    stopped = [env.step(np.zeros(2, np.float32))[2:4] for _ in range(3)]
    assert stopped == [(False, False), (False, False), (False, True)]
    env.close()
    assert gymnasium.spec("FactoryTwin/PointNav-v0").max_episode_steps == 600


def test_video_frames_come_at_the_control_rate(make):
    assert make().metadata["render_fps"] == 10
    assert make(control_period=0.05).metadata["render_fps"] == 20
    assert make().metadata["render_fps"] == 10


@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_vector_environments_work_in_processes(context: str, layouts: dict[str, str]):
    make_options = {"layout": layouts["small"], "obs": ("lidar", "goal")}
    vector = gymnasium.make_vec(
        "FactoryTwin/PointNav-v0", 2, "async", vector_kwargs={"context": context}, **make_options
    )
    single = gymnasium.make("FactoryTwin/PointNav-v0", **make_options)
    observations, infos = vector.reset(seed=[4, 5])
    alone, info = single.reset(seed=5)
    np.testing.assert_array_equal(observations["lidar"][1], alone["lidar"])
    assert infos["distance_to_goal"][1] == info["distance_to_goal"]
    action = np.array([[0.5, 0.1], [0.2, -0.3]], np.float32)
    observations, rewards, *_ = vector.step(action)
    alone, reward, *_ = single.step(action[1])
    np.testing.assert_array_equal(observations["lidar"][1], alone["lidar"])
    assert rewards[1] == reward
    vector.close()
    single.close()


def test_a_spec_can_be_pickled_and_makes_the_same(make, layouts: dict[str, str]):
    env = gymnasium.make("FactoryTwin/RouteNav-v0", layout=layouts["small"], robot="omni")
    again = gymnasium.make(pickle.loads(pickle.dumps(env.spec)))
    np.testing.assert_array_equal(env.reset(seed=3)[0]["lidar"], again.reset(seed=3)[0]["lidar"])
    env.close()
    again.close()


def test_gym_make_needs_no_import_of_ours(tmp_path):
    code = """
import gymnasium
env = gymnasium.make("FactoryTwin/PointNav-v0", layout="small_warehouse")
observation, info = env.reset(seed=3)
env.step(env.action_space.sample())
print(sorted(observation), info["layout"])
env.close()
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.stdout == "['goal', 'lidar', 'route', 'velocity'] small_warehouse\n", told.stderr
    assert told.stderr == ""
