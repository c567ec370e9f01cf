"""What is drawn: the robot's camera, the view from above, a window where there is one."""

import os
import subprocess
import sys

import numpy as np
import pytest

from twin.errors import RenderError
from twin.rendering import OPENGL_PACKAGES


def test_the_overview_shows_the_hall_with_robot_route_and_goal(make):
    env = make(render_mode="rgb_array")
    env.reset(seed=1)
    before = env.render()
    assert before.dtype == np.uint8
    assert before.ndim == 3
    assert before.shape[2] == 3
    for color in ((40, 120, 255), (20, 160, 60), (230, 60, 40)):
        assert (before == color).all(axis=2).sum() > 10, color
    for _ in range(5):
        env.step(np.array([1.0, 0.2], np.float32))
    assert (env.render() != before).any()
    np.testing.assert_array_equal(env.render(), env.render())


def test_the_goal_is_drawn_where_it_is(make):
    """The ring around the goal moves with the goal, by as many pixels to the right as metres to the east."""
    env = make(layout="empty", render_mode="rgb_array")
    columns = []
    for x in (2.0, 4.0, 6.0):
        env.reset(seed=0, options={"start": (1.0, 1.0, 0.0), "goal": (x, 4.0)})
        columns.append(np.argwhere((env.render() == (20, 160, 60)).all(axis=2))[:, 1].mean())
    assert columns[1] - columns[0] == pytest.approx(columns[2] - columns[1], abs=1.5)
    assert columns[1] > columns[0] + 20


def test_without_a_mode_nothing_is_drawn(make):
    env = make()
    env.reset(seed=1)
    assert env.render() is None
    assert env.world._studio is None


def test_camera_observations_come_from_one_view_of_this_moment(make):
    env = make(obs=("rgb", "depth", "instance_segmentation"))
    observation, _ = env.reset(seed=1)
    frame = env.world.render("robot/camera")
    np.testing.assert_array_equal(observation["rgb"], frame.rgb)
    np.testing.assert_array_equal(observation["depth"][..., 0], frame.depth)
    np.testing.assert_array_equal(observation["instance_segmentation"], frame.instance)
    known = {0} | {instance.id for instance in env.world.scene.instances}
    assert set(np.unique(observation["instance_segmentation"])) <= known
    for _ in range(8):
        after, *_ = env.step(np.array([0.2, 1.0], np.float32))
    assert (after["rgb"] != observation["rgb"]).any()
    np.testing.assert_array_equal(after["rgb"], env.world.render("robot/camera").rgb)


@pytest.mark.parametrize("renderer", ["raster", "rays", "auto"])
def test_every_renderer_serves(renderer: str, make):
    try:
        observation, _ = make(obs="rgb", renderer=renderer, camera_size=(32, 24)).reset(seed=1)
    except RenderError as error:
        assert renderer == "raster", error
        assert OPENGL_PACKAGES[0] in str(error)
        return
    assert observation["rgb"].std() > 2


def test_a_window_without_a_display_is_refused_in_words(layouts: dict[str, str]):
    code = f"""
import gymnasium
env = gymnasium.make("FactoryTwin/PointNav-v0", layout={layouts["small"]!r}, render_mode="human")
try:
    env.reset(seed=1)
except Exception as error:
    print(type(error).__name__, error)
env.close()
"""
    hidden = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told = subprocess.run([sys.executable, "-c", code], env=hidden, capture_output=True, text=True, check=False)
    assert told.stdout.startswith("RenderError render_mode='human' needs "), told.stdout + told.stderr
    assert "rgb_array" in told.stdout
    assert told.stderr == ""
