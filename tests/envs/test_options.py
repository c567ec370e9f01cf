"""Options do what they say, and wrong ones are explained when the environment is made."""

import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

import robots
from envs.factory_env import FactoryEnv, options
from envs.rewards import TERMS
from envs.tasks import task
from twin.errors import FileError, InputError, UnknownNameError, unknown_name

DOCS = Path(__file__).parents[2] / "docs"
GENERATED = {"layout": "generated"}
WRONG = [
    ({"layuot": "small"}, UnknownNameError, "unknown environment option 'layuot'; did you mean 'layout'? allowed: "),
    (
        {"layout": "small_warehous"},
        UnknownNameError,
        "unknown layout 'small_warehous'; did you mean 'small_warehouse'?",
    ),
    ({"layout": "no/such.yaml"}, InputError, "no/such.yaml: there is no such layout file"),
    ({"layout": []}, InputError, "layout: the list to draw from is empty"),
    ({"layout": ["small_warehouse", "cros_dock"]}, UnknownNameError, "did you mean 'cross_dock'?"),
    ({"layout": None}, InputError, "layout must be a name, the path of a file, a Layout or a list of these, not None"),
    ({"layout": ["small_warehouse", 3]}, InputError, "a Layout or a list of these, not 3"),
    ({**GENERATED, "generator": {"densty": 0.3}}, UnknownNameError, "unknown generator option 'densty'; did you mean"),
    ({**GENERATED, "generator": {"density": float("nan")}}, InputError, "density must be a number, not nan"),
    ({**GENERATED, "generator": {"size": (1, 1)}}, InputError, "size must be two lengths from 8 to 100 m"),
    ({"robot": "amrr"}, UnknownNameError, unknown_name("robot", "amrr", robots.names())),
    ({"robot": None}, InputError, "robot must be a shipped name, the path of a file or a Robot, not None"),
    ({"shield": "no"}, InputError, "shield must be True or False, not 'no'"),
    ({"collision_ends": "False"}, InputError, "collision_ends must be True or False, not 'False'"),
    ({"engine": "mujocco"}, UnknownNameError, "unknown engine 'mujocco'; did you mean 'mujoco'?"),
    ({"renderer": "rastr"}, UnknownNameError, "unknown renderer 'rastr'; did you mean 'raster'? allowed: auto, "),
    ({"render_mode": "rgb"}, UnknownNameError, "unknown render_mode 'rgb'; did you mean 'rgb_array'?"),
    ({"obs": ("lidr",)}, UnknownNameError, "unknown observation 'lidr'; did you mean 'lidar'?"),
    ({"obs": "lidr"}, UnknownNameError, "unknown observation 'lidr'; did you mean 'lidar'?"),
    ({"obs": ()}, InputError, "obs must name at least one observation; allowed: bumper, depth, depth_image, dock"),
    ({"camera": "camra"}, UnknownNameError, "robot 'amr': unknown camera 'camra'; did you mean 'camera'?"),
    ({"camera_size": (0, 64)}, InputError, "camera_size must be (width, height) from 8 to 4096 pixels, not (0, 64)"),
    ({"camera_size": (100_000, 100_000)}, InputError, "camera_size must be (width, height) from 8 to 4096 pixels"),
    ({"camera_size": 64}, InputError, "camera_size must be (width, height) from 8 to 4096 pixels, not 64"),
    ({"control_period": 0.0}, InputError, "control_period must be above 0 and at most 1 s, not 0.0"),
    ({"control_period": float("nan")}, InputError, "control_period must be above 0 and at most 1 s, not nan"),
    ({"control_period": "0.1"}, InputError, "control_period must be above 0 and at most 1 s, not '0.1'"),
    ({"keep_sites": 0}, InputError, "keep_sites must be a whole number of at least 1, not 0"),
    ({"rewards": {"progres": 1.0}}, UnknownNameError, "unknown reward term 'progres'; did you mean 'progress'?"),
    ({"rewards": {"progress": float("inf")}}, InputError, "weight of reward term 'progress' must be a finite number"),
    ({"rewards": {"progress": "much"}}, InputError, "must be a finite number, not 'much'"),
]


@pytest.mark.filterwarnings("ignore:.*render_mode='rgb'")  # Gymnasium's own, before the error
@pytest.mark.parametrize(("options", "error", "message"), WRONG, ids=[message for *_, message in WRONG])
def test_a_wrong_option_is_explained(options: dict, error: type[Exception], message: str, make):
    with pytest.raises(error) as raised:
        make(**options)
    assert message in str(raised.value)


def test_an_unknown_task_is_explained():
    with pytest.raises(UnknownNameError, match="unknown task 'PointNavi'; did you mean 'PointNav'"):
        FactoryEnv("PointNavi")


def test_a_mistake_in_a_layout_file_has_its_place(tmp_path: Path, make):
    file = tmp_path / "bad.yaml"
    file.write_text("format: 1\nname: bad\nsize: [8, 6]\nequipment:\n  - {type: rak, at: [4, 3]}\n")
    with pytest.raises(FileError, match=r"bad\.yaml:5:6: .*unknown type 'rak'; did you mean 'rack'"):
        make(layout=str(file))


def test_a_robot_file_without_what_is_needed_has_its_place(tmp_path: Path, make):
    file = tmp_path / "bad.yaml"
    file.write_text("name: bad\n")
    with pytest.raises(FileError, match=r"bad\.yaml.*footprint"):
        make(robot=str(file))


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ([np.nan, 0.0], "the action must be finite, not [nan, 0.0]"),
        ([np.inf, 0.0], "the action must be finite, not [inf, 0.0]"),
        ([0.5], "the action must have the shape (2,), not (1,)"),
        (0.5, "the action must have the shape (2,), not ()"),
        ([[0.5, 0.5]], "the action must have the shape (2,), not (1, 2)"),
    ],
)
def test_a_wrong_action_changes_nothing(action: object, message: str, make):
    env = make()
    env.reset(seed=1)
    before = env.state, env.world.time
    with pytest.raises(InputError) as raised:
        env.step(np.array(action, dtype=np.float32))
    assert message in str(raised.value)
    assert (env.state, env.world.time) == before
    env.step(np.zeros(2, np.float32))


def test_actions_beyond_the_bounds_count_as_the_bounds(make):
    one, other = make(), make()
    for env, action in ((one, [5.0, -9.0]), (other, [1.0, -1.0])):
        env.reset(seed=1)
        env.step(np.array(action, np.float32))
    np.testing.assert_array_equal(one.world.poses(), other.world.poses())


def test_every_option_is_known_and_documented():
    page = (DOCS / "environments.md").read_text(encoding="utf-8")
    missing = [name for name in options() if f"| `{name}` |" not in page]
    assert missing == []


def test_every_name_that_the_documentation_gives_of_an_environment_is_there(make):
    env = make(layout="small")
    env.reset(seed=0)
    pages = "".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md")))
    names = set(re.findall(r"\benv\.unwrapped\.([a-z_]+(?:\.[a-z_]+)*)", pages))
    assert "actions.towards" in names
    for name in sorted(names):
        attrgetter(name)(env)


def test_a_list_of_layouts_is_drawn_from(make, layouts: dict[str, str]):
    env = make(layout=[layouts["empty"], layouts["small"], Path(layouts["divided"])])
    drawn = {env.reset(seed=seed)[1]["layout"] for seed in range(20)}
    assert drawn == {"empty", "small", "divided"}


def test_a_layout_is_what_its_file_held_when_the_environment_was_made(tmp_path: Path, make):
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\nname: mine\nsize: [10, 8]\n")
    env = make(layout=file)
    file.unlink()
    assert env.reset(seed=0)[1]["layout"] == "mine"


def test_generated_layouts_are_as_ordered(make):
    env = make(layout="generated", generator={"size": (10, 8), "workers": 1, "seeds": (40, 2)})
    names = {env.reset(seed=seed)[1]["layout"] for seed in range(6)}
    assert names == {"generated_40", "generated_41"}
    assert env.site.layout.size == (10.0, 8.0)
    assert len(env.world.patrols.bodies) == 1


def test_only_as_many_sites_stay_loaded_as_asked_for(make):
    env = make(layout="generated", generator={"size": (8, 8)}, keep_sites=2)
    for seed in range(4):
        env.reset(seed=seed)
    assert len(env.venues.worlds._idle) == 2


def test_rewards_override_single_weights(make):
    env = make(rewards={"arrival": 100.0})
    assert env.task.rewards == {**task("RouteNav").rewards, "arrival": 100.0}
    env.reset(seed=1)
    _, reward, *_ = env.step(np.array([0.5, 0.2], np.float32))
    expected = sum(weight * TERMS[name](env.state) for name, weight in env.task.rewards.items())
    assert reward == pytest.approx(expected)


@pytest.mark.parametrize("engine", ["mujoco", "pybullet"])
def test_the_control_period_is_what_a_step_takes(engine: str, make):
    env = make(control_period=0.05, engine=engine)
    env.reset(seed=1)
    for _ in range(4):
        env.step(np.zeros(2, np.float32))
    assert env.world.time == pytest.approx(0.2)


@pytest.mark.parametrize("ends", [True, False])
def test_collisions_end_an_episode_or_do_not(ends: bool, make):
    env = make(layout="empty", collision_ends=ends)
    env.reset(seed=0, options={"start": (7.2, 3.0, 0.0), "goal": (1.5, 3.0)})
    for _ in range(40):
        *_, ended, truncated, info = env.step(np.array([1.0, 0.0], np.float32))
        if ended:
            break
    assert not truncated
    assert ended == ends
    assert info["collisions"] == 1
    assert not info["is_success"]


def test_the_camera_may_be_resized(make):
    env = make(obs=("rgb", "depth", "instance_segmentation"), camera_size=(48, 32))
    observation, _ = env.reset(seed=1)
    assert {name: value.shape for name, value in observation.items()} == {
        "rgb": (32, 48, 3),
        "depth": (32, 48, 1),
        "instance_segmentation": (32, 48),
    }


def test_one_observation_may_be_named_alone_and_twice_is_once(make):
    assert list(make(obs="lidar").observation_space.spaces) == ["lidar"]
    assert list(make(obs=("lidar", "lidar")).observation_space.spaces) == ["lidar"]


def test_a_shield_brakes_before_the_wall(make):
    reached = {}
    for shield in (True, False):
        env = make(layout="empty", shield=shield, collision_ends=False)
        env.reset(seed=0, options={"start": (4.0, 3.0, 0.0), "goal": (1.5, 3.0)})
        for _ in range(50):
            *_, info = env.step(np.array([1.0, 0.0], np.float32))
        reached[shield] = info["collisions"]
    assert reached == {True: 0, False: 1}
