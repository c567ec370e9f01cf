"""What a camera sees of what stands around a robot, against rays that are cast into the same scene."""

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import robots
from envs.factory_env import FactoryEnv
from envs.navigator import AROUND, DIRECTIONS, SIGHT
from envs.sight import BY_CAMERA, HEADROOM
from envs.vector_env import FactoryVectorEnv
from twin.errors import InputError
from twin.scene import Pose
from twin.sensors.config import Lidar
from twin.sensors.depth_scan import LOW, REACH
from twin.sensors.lidar import LidarScanner, scan_points
from twin.sensors.view import View

STEP = 0.02
"""Metres between the heights at which rays are cast."""
FINER = 8
"""Rays that are cast for each of the view's."""


MAST = "{position: [-0.3, 0, 1.2], pitch: 0.8, fov_y: 1.4}"
ASIDE = "{position: [0.1, 0.25, 0.54], yaw: 1.3, pitch: 0.3, fov_y: 1.4}"
WIDE = "{position: [0.365, 0, 0.54], yaw: -0.4, pitch: 0.1, fov_y: 1.2, width: 160, height: 90}"


def robot_with(folder: Path, camera: str) -> str:
    """The file of an ``amr`` with another camera."""
    lines = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text().splitlines()
    path = folder / "other.yaml"
    path.write_text("\n".join(f"    - {camera}" if "fov_y" in line else line for line in lines))
    return str(path)


def looked(make: Callable[..., FactoryEnv], seed: int, **options: object) -> tuple[FactoryEnv, View]:
    """An environment and what its camera sees."""
    env = make("VisualNav", **options)
    env.reset(seed=seed)
    view = BY_CAMERA.look(env, env.state.lidar)
    assert view is not None
    return env, view


def cast(env: FactoryEnv, view: View) -> tuple[np.ndarray, np.ndarray]:
    """Metres to the nearest and to the farthest thing of all heights around each of the view's rays."""
    heights = np.arange(LOW, env.robot.height + HEADROOM, STEP)
    layers = tuple(heights - view.lidar.pose.position[2])
    lidar = replace(view.lidar, layers=layers, rays=FINER * view.lidar.rays)
    world = env.world
    found = LidarScanner(world.scene, lidar, world.root, world.own_bodies).scan(world.physics.poses())[0]
    around = np.arange(view.lidar.rays)[:, None] * FINER + np.arange(-FINER, FINER + 1)
    near_by = found[around.clip(0, len(found) - 1)]
    return near_by.min(axis=1), near_by.max(axis=1)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("layout", ["small", "small_warehouse"])
def test_a_camera_sees_what_rays_meet(make: Callable[..., FactoryEnv], layout: str, seed: int) -> None:
    agrees_with_rays(*looked(make, seed, layout=layout))


@pytest.mark.parametrize("camera", [ASIDE, WIDE, MAST])
def test_wherever_it_is_mounted(make: Callable[..., FactoryEnv], camera: str, tmp_path: Path) -> None:
    for seed in range(3):
        agrees_with_rays(*looked(make, seed, layout="small_warehouse", robot=robot_with(tmp_path, camera)))


def agrees_with_rays(env: FactoryEnv, view: View) -> None:
    near, far = cast(env, view)
    assert (view.returned > near - 0.1).all()  # nothing stands where it shows something
    # Nor as far as it sees past; farther off a fork is less than a pixel, and nothing is forgotten.
    assert (view.passed.clip(max=SIGHT) < far + 0.1).all()
    seen = (view.returned < REACH) & (far < SIGHT)
    assert (view.returned[seen] < far[seen] + 0.1).all()


def test_a_robot_does_not_see_itself(make: Callable[..., FactoryEnv], tmp_path: Path) -> None:
    """From a mast at its back, where its own deck fills the lower half of the image."""
    env, view = looked(make, 1, layout="empty", robot=robot_with(tmp_path, MAST))
    depth, camera = env.frame.depth, env.camera
    below = camera.pose.position[2] - env.robot.height
    assert (depth[depth > 0] < 2 * below).any()
    np.testing.assert_array_less(1.0, view.returned)


def test_what_a_fisheye_sees_across_its_axis_is_no_wall(make: Callable[..., FactoryEnv], tmp_path: Path) -> None:
    """Depth along the axis tells little of where that is."""
    fisheye = "distortion: {model: fisheye, coefficients: [0, 0, 0, 0]}"
    camera = f"{{position: [0.365, 0, 0.54], pitch: 0.2, fx: 30, {fisheye}}}"
    env = make("VisualNav", layout="small_warehouse", robot=robot_with(tmp_path, camera), camera_size=(128, 128))
    for seed in range(4):
        env.reset(seed=seed)
        view = BY_CAMERA.look(env, env.state.lidar)
        assert view is not None
        near, _ = cast(env, view)
        here = near < SIGHT
        assert (view.returned[here] > near[here] - 0.1).all()
        assert (view.returned[~here] > SIGHT - 0.1).all()


def test_what_lies_under_a_camera_is_out_of_its_sight(make: Callable[..., FactoryEnv]) -> None:
    env, view = looked(make, 1)
    x, _, z = env.camera.pose.position
    steepest = np.arctan2(z - LOW, view.blind)
    assert 0.3 < view.blind < 1.5
    assert steepest < 0.2 + 1.4 / 2  # the camera's pitch and half of its field of view
    assert view.lidar.pose.position[0] == x


@pytest.mark.parametrize(
    ("camera", "blind"),
    [
        ("{position: [0.365, 0, 0.54], pitch: -0.9, fov_y: 1.4}", 0.0),  # looks up
        ("{position: [0.365, 0, 0.54], pitch: 0.2, fov_y: 2.95}", 1.0),  # so wide that no pixel falls into some
    ],
)
def test_a_ray_that_looks_down_nowhere_sees_past_nothing(
    make: Callable[..., FactoryEnv], camera: str, blind: float, tmp_path: Path
) -> None:
    _, view = looked(make, 1, layout="small", robot=robot_with(tmp_path, camera))
    assert view.blind <= blind
    assert (view.passed == 0).any()
    assert (view.passed > 0).any() == (blind > 0)


def test_an_image_that_was_seen_tells_nothing_new(make: Callable[..., FactoryEnv], tmp_path: Path) -> None:
    env = make("VisualNav", robot=robot_with(tmp_path, "{position: [0.365, 0, 0.54], pitch: 0.2, rate: 4}"))
    env.reset(seed=1)
    news = []
    for _ in range(6):
        env.step(np.array([0.0, 1.0], np.float32))
        news.append(BY_CAMERA.look(env, env.state.lidar) is not None)
    assert news == [False, False, True, False, True, False]


@pytest.mark.parametrize("rate", [3, 7])
def test_a_map_is_the_same_whatever_is_observed(make: Callable[..., FactoryEnv], rate: int, tmp_path: Path) -> None:
    robot = robot_with(tmp_path, f"{{position: [0.365, 0, 0.54], pitch: 0.2, rate: {rate}}}")
    drawn, told = (make("VisualNav", robot=robot, obs=obs) for obs in (("rgb", "surroundings"), "surroundings"))
    for env in (drawn, told):
        env.reset(seed=1)
    for t in range(25):
        first, second = (env.step(np.array([0.4, 0.3], np.float32))[0]["surroundings"] for env in (drawn, told))
        np.testing.assert_array_equal(first, second, err_msg=f"at {t}")
    assert first.any()


def test_a_camera_that_was_knocked_is_read_as_if_it_were_not(make: Callable[..., FactoryEnv]) -> None:
    still, as_mounted = looked(make, 1, layout="empty")
    env, view = looked(make, 1, layout="empty", scenario="knocked_camera")
    assert env.camera.pose != still.camera.pose
    assert view.lidar == as_mounted.lidar
    assert view.blind == as_mounted.blind
    assert not np.array_equal(view.returned, as_mounted.returned)


def test_a_robot_without_a_camera_is_refused(make: Callable[..., FactoryEnv], tmp_path: Path) -> None:
    text = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
    lines = [line.replace("cameras:", "cameras: []") for line in text.splitlines() if "fov_y" not in line]
    (tmp_path / "blind.yaml").write_text("\n".join(lines))
    with pytest.raises(InputError, match="robot 'amr' has no camera, and VisualNav finds its way by one"):
        make("VisualNav", robot=str(tmp_path / "blind.yaml"), obs=("goal", "velocity"))


def test_worlds_that_are_stepped_one_by_one_draw_what_each_draws_alone(
    make: Callable[..., FactoryEnv], layouts: dict[str, str]
) -> None:
    options: dict[str, Any] = {"scenario": "looks", "obs": ("route", "surroundings", "depth_image")}
    many = FactoryVectorEnv("VisualNav", 2, threads=2, layout=layouts["small"], **options)
    action = np.array([0.5, 0.2], np.float32)
    told = [many.reset(seed=3)[0]] + [many.step(np.stack([action, action]))[0] for _ in range(8)]
    many.close()
    for k in range(2):
        alone = make("VisualNav", **options)
        for t, expected in enumerate(told):
            observation = alone.step(action)[0] if t else alone.reset(seed=3 + k)[0]
            for name, value in observation.items():
                np.testing.assert_array_equal(expected[name][k], value, err_msg=f"{name} of {k} at {t}")
    assert told[-1]["surroundings"].any()


def test_no_camera_of_an_episode_is_kept_for_ever() -> None:
    scan = np.zeros(2)
    for k in range(200):
        scan_points(Lidar(Pose((0.001 * k, 0.0, 0.5)), rays=2), scan)
    gc.collect()
    assert sum(isinstance(thing, Lidar) and thing.rays == 2 for thing in gc.get_objects()) < 100


@pytest.mark.parametrize("heading", [0.0, 1.0, -2.5])
def test_a_robot_knows_what_it_passed(make: Callable[..., FactoryEnv], heading: float) -> None:
    env = make("VisualNav", layout="empty", obs=("surroundings",))
    env.reset(seed=1)
    x, y = env.guide.known.origin
    middle = (x + 4.0, y + 3.0, heading)
    assert (env.navigator.around(0.0, middle) == AROUND).all()
    c, s = np.cos(heading), np.sin(heading)
    beside = np.array([[middle[0] - 1.5 * s, middle[1] + 1.5 * c], [middle[0] - 2.2 * c, middle[1] - 2.2 * s]])
    env.navigator.update(1.0, middle[:2], beside)
    around = env.navigator.around(1.0, middle)
    assert around[DIRECTIONS // 4] == pytest.approx(1.5, abs=0.15)
    assert around[DIRECTIONS // 2] == pytest.approx(2.2, abs=0.15)
    assert (around < AROUND).sum() <= 6
