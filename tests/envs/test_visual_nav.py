"""Navigation from pixels: images of the task's size and quality, many worlds at once, cameras with a rate."""

import itertools
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import robots
from envs.observations import DEPTH_RANGE
from twin import calibration
from twin.errors import FileError, InputError
from twin.lenses import Distortion, Lens
from twin.rendering import opengl

AMR = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
LINE = next(line for line in AMR.splitlines() if "fov_y" in line)


def test_images_have_the_size_and_quality_of_the_task(make):
    env = make("VisualNav")
    observation, _ = env.reset(seed=1)
    assert observation["rgb"].shape == (64, 64, 3)
    assert observation["depth_image"].shape == (64, 64, 1)
    assert {observation[name].dtype for name in ("rgb", "depth_image")} == {np.dtype(np.uint8)}
    assert env.world.renderer.quality.name == "fast"
    assert make("VisualNav", camera_size=(96, 80)).observation_space["rgb"].shape == (80, 96, 3)
    assert make("RouteNav", obs="rgb").observation_space["rgb"].shape == (128, 128, 3)


def test_quality_changes_colours_and_never_depth(make):
    fast, full = (make("VisualNav", quality=name, obs=("rgb", "depth")).reset(seed=1)[0] for name in ("fast", "full"))
    assert (fast["rgb"] != full["rgb"]).any()
    np.testing.assert_array_equal(fast["depth"], full["depth"])


def test_an_unknown_quality_is_refused(make):
    with pytest.raises(InputError, match="unknown quality 'fats'; did you mean 'fast'"):
        make("VisualNav", quality="fats")


def test_closeness_is_bright_near_and_dark_far(make):
    observation, _ = make("VisualNav", obs=("depth", "depth_image")).reset(seed=1)
    depth, closeness = observation["depth"], observation["depth_image"].astype(float)
    seen = (depth > 0) & (depth < DEPTH_RANGE)
    assert seen.any()
    np.testing.assert_allclose(closeness[seen] / 255, 1 - depth[seen] / DEPTH_RANGE, atol=0.003)
    assert not closeness[~seen].any()


def test_many_worlds_draw_through_one_context(layouts: dict[str, str]):
    options = {"layout": [layouts["small"], layouts["empty"]]}
    many = gymnasium.make_vec("FactoryTwin/VisualNav-v0", num_envs=3, **options)
    observations, _ = many.reset(seed=[1, 2, 3])
    assert observations["rgb"].shape == (3, 64, 64, 3)
    context = opengl.shared()
    for k, seed in enumerate([1, 2, 3]):
        alone = gymnasium.make("FactoryTwin/VisualNav-v0", **options)
        first, _ = alone.reset(seed=seed)
        np.testing.assert_array_equal(observations["rgb"][k], first["rgb"])
        alone.close()
    many.step(many.action_space.sample())
    assert opengl.shared() is context
    many.close()


def test_a_calibration_file_gives_the_camera_its_lens(make, tmp_path: Path):
    lens = Lens(100, 80, 60.0, 61.0, 48.0, 41.0, 0.05, 50.0, Distortion("fisheye", (0.01, 0.0, 0.0, 0.0)))
    calibration.write(tmp_path / "eye.yaml", lens, "eye")
    env = make("VisualNav", calibration=str(tmp_path / "eye.yaml"))
    assert env.camera.lens == lens
    assert env.reset(seed=1)[0]["rgb"].shape == (80, 100, 3)
    half = make("VisualNav", calibration=str(tmp_path / "eye.yaml"), camera_size=(50, 40))
    assert half.camera.lens == lens.resized(50, 40)
    (tmp_path / "eye.yaml").write_text("image_width: 3\n")
    with pytest.raises(FileError, match="image_height: this key is missing"):
        make("VisualNav", calibration=str(tmp_path / "eye.yaml"))


def test_a_slow_camera_holds_its_image_and_says_how_old_it_is(make, tmp_path: Path):
    (tmp_path / "slow.yaml").write_text(AMR.replace(LINE, LINE.replace("{", "{rate: 4, ")))
    env = make("VisualNav", robot=str(tmp_path / "slow.yaml"), obs=("rgb", "image_age"))
    observation, _ = env.reset(seed=1)
    images, ages = [observation["rgb"]], [observation["image_age"][0]]
    for _ in range(6):
        observation, *_ = env.step(np.array([0.0, 1.0], np.float32))
        images.append(observation["rgb"])
        ages.append(observation["image_age"][0])
    np.testing.assert_allclose(ages, [0, 0.1, 0.2, 0, 0.1, 0, 0.1], atol=1e-6)
    held = [bool((a == b).all()) for a, b in itertools.pairwise(images)]
    assert held == [True, True, False, True, False, True]
    np.testing.assert_array_equal(env.world.image("robot/camera").frame.rgb, images[-1])
    with pytest.raises(InputError, match="unknown robot camera 'robot/camra'; did you mean 'robot/camera'"):
        env.world.image("robot/camra")


def test_going_back_brings_the_held_image_back(make, tmp_path: Path):
    (tmp_path / "slow.yaml").write_text(AMR.replace(LINE, LINE.replace("{", "{rate: 2, ")))
    env = make("VisualNav", robot=str(tmp_path / "slow.yaml"))
    env.reset(seed=1)
    world = env.world
    before, saved = world.image("robot/camera"), world.save()
    for _ in range(7):
        world.step([0.0, 0.0, 1.0], env.np_random)
    assert world.image("robot/camera").time > before.time
    world.restore(saved)
    assert world.image("robot/camera").time == before.time
