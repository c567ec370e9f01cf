"""What is at rest sleeps from the beginning on MuJoCo, and wakes like everything that sleeps."""

from typing import Any

import numpy as np
import pytest

from twin.physics import create
from twin.scene import Body, Scene
from twin.testing.stages import crate, stage


def running(*bodies: Body) -> Any:
    return create("mujoco", Scene("rest", stage(*bodies).bodies))


def awake(physics: Any) -> int:
    return int((np.array(physics._data.tree_asleep) < 0).sum())


def test_a_stack_begins_asleep_and_stays_where_it_was_put():
    with running(crate("low", (0, 0, 0.1)), crate("high", (0, 0, 0.3))) as physics:
        assert awake(physics) == 0
        before = physics.poses()
        physics.step(50)
        np.testing.assert_array_equal(physics.poses(), before)
        physics.reset()
        assert awake(physics) == 0


@pytest.mark.parametrize("height", [0.12, 0.5, 1.5])
def test_what_hangs_in_the_air_falls(height: float):
    with running(crate("resting", (1, 0, 0.1)), crate("falling", (0, 0, height))) as physics:
        assert awake(physics) == 1
        physics.step(100)
        assert physics.poses()[2, 2] == pytest.approx(0.1, abs=1e-3)


def test_what_sleeps_falls_when_it_is_lifted_and_wakes_when_it_is_hit():
    with running(crate("still", (0, 0, 0.1)), crate("sliding", (-1, 0, 0.1))) as physics:
        physics.set_pose(1, [0, 0, 0.5, 1, 0, 0, 0])
        physics.step(60)
        assert physics.poses()[1, 2] == pytest.approx(0.1, abs=1e-3)
        physics.reset()
        physics.set_velocity(2, [4.0, 0, 0, 0, 0, 0])
        physics.step(40)
        assert physics.poses()[1, 0] > 0.02
