"""Environments come and go without a trace."""

import gc
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gymnasium.error import ResetNeeded

from envs.factory_env import FactoryEnv
from twin.physics import ENGINES


def resident() -> int:
    """Bytes of memory in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("engine", ENGINES)
def test_making_and_closing_does_not_pile_up(engine: str, layouts: dict[str, str]):
    def once() -> None:
        env = FactoryEnv("PointNav", layout=layouts["empty"], engine=engine, obs=("lidar", "rgb"), camera_size=(32, 24))
        env.reset(seed=0)
        env.step(np.zeros(2, np.float32))
        env.close()

    grown = []
    for _ in range(6):  # allocators take their time to settle; what leaks does so every time
        before = resident()
        for _ in range(8):
            once()
        gc.collect()
        grown.append(resident() - before)
    assert min(grown) < 4 * 2**20


def test_closing_twice_and_before_the_first_reset_is_fine(layouts: dict[str, str]):
    env = FactoryEnv("PointNav", layout=layouts["empty"])
    env.close()
    env.close()


def test_a_closed_environment_can_be_reset_again(layouts: dict[str, str]):
    env = FactoryEnv("PointNav", layout=layouts["empty"])
    first, _ = env.reset(seed=1)
    env.close()
    again, _ = env.reset(seed=1)
    np.testing.assert_array_equal(first["lidar"], again["lidar"])
    env.close()


def test_a_step_before_reset_or_after_closing_is_refused(layouts: dict[str, str]):
    env = FactoryEnv("PointNav", layout=layouts["empty"])
    with pytest.raises(ResetNeeded, match="not reset yet"):
        env.step(np.zeros(2, np.float32))
    env.reset(seed=1)
    env.close()
    with pytest.raises(ResetNeeded, match="or it is closed"):
        env.step(np.zeros(2, np.float32))


def test_an_environment_that_nobody_closed_does_not_disturb_the_end(layouts: dict[str, str]):
    code = f"""
import gymnasium
options = {{"layout": {layouts["small"]!r}, "obs": ("lidar", "rgb"), "render_mode": "rgb_array"}}
env = gymnasium.make("FactoryTwin/PointNav-v0", **options)
env.reset(seed=1)
env.render()
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_lidar_navigation_opens_no_graphics(layouts: dict[str, str]):
    code = f"""
import sys, gymnasium
env = gymnasium.make("FactoryTwin/RouteNav-v0", layout={layouts["small"]!r})
env.reset(seed=1)
env.step(env.action_space.sample())
print(sorted({{"moderngl", "pybullet", "torch", "tkinter", "matplotlib"}} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
