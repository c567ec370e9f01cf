"""What every physics engine must do. Subclass ``PhysicsContract`` in a test module and give it ``create``.

Scenes are small and have answers that can be written down: falling, sliding, swinging, pushing, carrying.
"""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from twin.errors import InputError, PhysicsError
from twin.geometry import planar_pose, quaternion_from_axis_angle
from twin.physics.base import Physics
from twin.scene import Body, Geom, Motion, Pose, Shape
from twin.testing.physics_motion import JointTests, MotionTests
from twin.testing.physics_touch import ContactTests, RayTests
from twin.testing.stages import assert_same, busy_stage, cart, crate, drive, resting_stage, snapshot, stage, watch


class PhysicsContract(MotionTests, JointTests, ContactTests, RayTests):
    """All of it: the parts, and here the state of a simulation and its errors."""

    def test_starts_at_the_initial_poses_at_rest(self) -> None:
        lopsided = Body(
            "lopsided",
            Pose((0, 0, 3), tuple(quaternion_from_axis_angle((1, 2, 3), 0.7).tolist())),
            (Geom(Shape.BOX, (0.1, 0.2, 0.3), Pose((0.3, 0.2, 0.1), (0.8, 0.6, 0.0, 0.0))),),
            Motion.FREE,
            mass=2.0,
        )
        label = Body("label", Pose((0.0, 0.0, 0.5)), parent="lopsided")
        shelf = Body("shelf", Pose((1, 2, 3), (0.0, 0.0, 0.0, 1.0)), (Geom(Shape.BOX, (1, 1, 0.1)),))
        board = Body("board", Pose((0.5, 0.0, 0.0)), (Geom(Shape.BOX, (0.1, 0.1, 0.1)),), parent="shelf")
        scene = stage(lopsided, label, shelf, board)
        with self.running(scene) as physics:
            np.testing.assert_allclose(physics.poses(), scene.initial_poses, atol=1e-6)
            assert not physics.velocities().any()
            assert len(physics.contacts()) == 0
            assert physics.time == 0.0

    def test_reset_equals_a_new_object(self) -> None:
        scene = busy_stage()
        with self.running(scene) as used, self.running(scene) as new:
            drive(used, 20)
            used.reset()
            assert_same([snapshot(used)], [snapshot(new)])
            assert_same(drive(used, 20), drive(new, 20))

    def test_reset_forgets_what_rested_where(self) -> None:
        scene = resting_stage()
        with self.running(scene) as used, self.running(scene) as new:
            for _ in range(5):
                used.step(4)
            used.reset()
            assert_same(watch(used, 10), watch(new, 10))

    def test_time_counts_steps(self) -> None:
        with self.running(stage()) as physics:
            physics.step()
            physics.step(9)
            assert physics.time == pytest.approx(10 * physics.timestep)
            physics.reset()
            assert physics.time == 0.0

    def test_arrays_belong_to_the_caller(self) -> None:
        with self.running(stage(crate("crate", (0, 0, 1)))) as physics:
            physics.poses()[:] = 7.0
            physics.velocities()[:] = 7.0
            assert physics.poses()[1, 2] == pytest.approx(1.0)
            assert not physics.velocities().any()

    @pytest.mark.parametrize("steps", [0, 3, 25])
    def test_restore_gives_the_same_future(self, steps: int) -> None:
        scene = busy_stage()
        with self.running(scene) as physics, self.running(scene) as other:
            drive(physics, steps)
            state = physics.save()
            before = snapshot(physics)
            future = drive(physics, 25)
            physics.restore(state)
            assert_same([snapshot(physics)], [before])
            assert_same(drive(physics, 25), future)
            other.restore(state)
            assert_same(drive(other, 25), future)

    def test_what_rests_rests_the_same_after_restore(self) -> None:
        with self.running(resting_stage()) as physics:
            physics.step(10)
            state = physics.save()
            future = watch(physics, 10)
            physics.reset()
            physics.restore(state)
            assert_same(watch(physics, 10), future)

    def test_restore_refuses_another_engines_state(self) -> None:
        with self.running(stage()) as physics:
            foreign = replace(physics.save(), engine="abacus")
            with pytest.raises(PhysicsError, match=f"'abacus' cannot be restored on '{physics.engine}'"):
                physics.restore(foreign)

    def test_close_twice(self) -> None:
        physics = self.create(stage())
        physics.close()
        physics.close()

    @pytest.mark.parametrize("speed", [float("nan"), inf, 1e30])
    def test_an_impossible_velocity_names_the_body(self, speed: float) -> None:
        with self.running(stage(crate("parcel", (0, 0, 1)))) as physics, pytest.raises(PhysicsError, match="'parcel'"):
            physics.set_velocity(1, [speed, 0, 0, 0, 0, 0])
            physics.step()

    def test_a_lost_body_is_named_and_reset_mends_it(self) -> None:
        with self.running(stage(crate("still", (3, 0, 1)), crate("parcel", (0, 0, 1)))) as physics:
            with pytest.raises(PhysicsError, match="'parcel'"):
                self._lose(physics)
            physics.reset()
            physics.step()
            assert np.isfinite(physics.poses()).all()

    @staticmethod
    def _lose(physics: Physics) -> None:
        physics.set_pose(2, [1e12, 0, 0, 1, 0, 0, 0])
        physics.step()

    def test_misuse_is_explained(self) -> None:
        bodies, actuators = cart()
        with self.running(stage(*bodies, actuators=actuators)) as physics:
            with pytest.raises(InputError, match="body 'floor' is static; allowed here: free, kinematic"):
                physics.set_pose(0, planar_pose(0, 0))
            with pytest.raises(InputError, match="body 'cart/left' is jointed; allowed here: free"):
                physics.set_velocity(2, np.zeros(6))
            with pytest.raises(PhysicsError, match=r"'cart': pose has shape \(3,\), expected \(7,\)"):
                physics.set_pose(1, [0, 0, 0])
            with pytest.raises(PhysicsError, match="targets is not finite"):
                physics.command([float("nan"), 0.0])
            with pytest.raises(PhysicsError, match=r"targets has shape \(3,\), expected \(2,\)"):
                physics.command([0.0, 0.0, 0.0])

    def test_a_mass_needs_a_volume(self) -> None:
        with pytest.raises(InputError, match="body 'point': a free body needs a geom with a volume"):
            self.create(stage(Body("point", motion=Motion.FREE, mass=1.0)))
