"""The physics contract, part one: how bodies and joints move, and what may be set from outside."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError, PhysicsError
from twin.geometry import compose, planar_pose, quaternion_from_axis_angle
from twin.scene import Actuator, Body, Geom, Joint, Motion, Pose, Shape
from twin.testing.engine import EngineTests
from twin.testing.stages import busy_stage, cart, crate, stage

GRAVITY = 9.81


class MotionTests(EngineTests):
    """Falling, sliding, spinning, pushing, carrying."""

    def test_free_fall(self) -> None:
        with self.running(stage(crate("crate", (0, 0, 10))), 1.0) as physics:
            t = physics.time
            assert physics.poses()[1, 2] == pytest.approx(10 - GRAVITY * t * t / 2, abs=GRAVITY * physics.timestep * t)
            assert physics.velocities()[1, 2] == pytest.approx(-GRAVITY * t, rel=1e-6)

    def test_velocity_is_that_of_the_frame(self) -> None:
        @settings(max_examples=10, deadline=None)
        @given(st.lists(st.floats(-3, 3), min_size=6, max_size=6), st.floats(-pi, pi))
        def holds(velocity: list[float], yaw: float) -> None:
            offset = Geom(Shape.BOX, (0.1, 0.2, 0.3), Pose((0.5, 0.1, -0.2)))
            body = Body("body", Pose.planar(1, 2, yaw, 5), (offset,), Motion.FREE, mass=3.0)
            with self.running(stage(body)) as physics:
                physics.set_velocity(1, velocity)
                np.testing.assert_allclose(physics.velocities()[1], velocity, atol=1e-6)

        holds()

    def test_spinning_about_the_centre_of_mass(self) -> None:
        """A free body turns about its centre of mass, wherever its frame is."""
        offset = Geom(Shape.BOX, (0.1, 0.1, 0.1), Pose((1.0, 0.0, 0.0)))
        body = Body("body", Pose((0, 0, 20)), (offset,), Motion.FREE, mass=3.0)
        with self.running(stage(body)) as physics:
            physics.set_velocity(1, [0, -2.0, 0, 0, 0, 2.0])  # the centre at (1, 0) is at rest
            self.run(physics, pi / 4)
            x, y = physics.poses()[1, :2]
            assert x == pytest.approx(1 - np.cos(2 * physics.time), abs=0.02)
            assert y == pytest.approx(-np.sin(2 * physics.time), abs=0.02)

    def test_pendulum_swings_with_its_period(self) -> None:
        """Half a period of a rod that hangs from its end: inertia, centre of mass and joint frame at once."""
        rod = Geom(Shape.BOX, (0.05, 0.05, 0.5), Pose((0.0, 0.0, -0.5)))
        tilt = tuple(quaternion_from_axis_angle((0, 1, 0), 0.1).tolist())
        body = Body("rod", Pose((0, 0, 3), tilt), (rod,), Motion.JOINTED, joint=Joint(), mass=4.0)
        inertia = 4.0 * (0.1**2 + 1.0**2) / 12 + 4.0 * 0.5**2
        half_period = pi * sqrt(inertia / (4.0 * GRAVITY * 0.5))
        with self.running(stage(body), half_period) as physics:
            expected = quaternion_from_axis_angle((0, 1, 0), -0.1)
            np.testing.assert_allclose(physics.poses()[1, 3:], expected, atol=2e-3)

    @pytest.mark.parametrize(("below", "above"), [(0.8, 0.8), (0.8, 0.3), (0.3, 0.8), (0.8, 2.0)])
    def test_the_smaller_friction_stops_what_slides(self, below: float, above: float) -> None:
        floor = Body("floor", geoms=(Geom(Shape.PLANE, (20, 20, 1), friction=below),))
        slider = Body(
            "slider", Pose((0, 0, 0.1)), (Geom(Shape.BOX, (0.2, 0.2, 0.1), friction=above),), Motion.FREE, mass=5
        )
        usual = [crate(f"crate{i}", (0.0, 2.0 + i, 0.1)) for i in range(2)]
        with self.running(stage(floor, slider, *usual, floor=False)) as physics:
            physics.set_velocity(1, [2.0, 0, 0, 0, 0, 0])
            self.run(physics, 1.0)
            assert physics.poses()[1, 0] == pytest.approx(2.0**2 / (2 * min(below, above) * GRAVITY), rel=0.05)
            assert abs(physics.velocities()[1, 0]) < 1e-3

    def test_without_friction_nothing_stops(self) -> None:
        ice = Body("ice", Pose((0, 0, 0.1)), (Geom(Shape.BOX, (0.2, 0.2, 0.1), friction=0.0),), Motion.FREE, mass=5.0)
        with self.running(stage(ice)) as physics:
            physics.set_velocity(1, [1.0, 0, 0, 0, 0, 0])
            self.run(physics, 1.0)
            assert physics.velocities()[1, 0] == pytest.approx(1.0, rel=1e-3)

    def test_invisible_to_contacts(self) -> None:
        ghost = Body("ghost", Pose((0, 0, 0.5)), (Geom(Shape.BOX, (1, 1, 0.1), collides=False),))
        with self.running(stage(ghost, crate("crate", (0, 0, 1))), 1.0) as physics:
            assert physics.poses()[2, 2] == pytest.approx(0.1, abs=2e-3)

    def test_kinematic_bodies_push_and_are_not_pushed(self) -> None:
        pusher = crate("pusher", (-0.5, 0.0, 0.15), Motion.KINEMATIC)
        with self.running(stage(pusher, crate("crate", (0.0, 0.0, 0.1)))) as physics:
            for i in range(50):
                pose = planar_pose(-0.5 + 0.01 * i, 0.0, 0.0, 0.15)
                physics.set_pose(1, pose)
                self.run(physics, 0.02)
                np.testing.assert_allclose(physics.poses()[1], pose, atol=1e-9)
            assert physics.poses()[2, 0] > 0.35
            assert not physics.velocities()[1].any()

    def test_a_placed_free_body_rests_with_its_children(self) -> None:
        bodies, actuators = cart()
        scene = stage(*bodies, actuators=actuators)
        with self.running(scene) as physics:
            physics.command([10.0, 10.0])
            self.run(physics, 0.5)
            pose = planar_pose(3.0, 4.0, 1.0)
            physics.set_pose(1, pose)
            np.testing.assert_allclose(physics.poses()[1], pose, atol=1e-9)
            np.testing.assert_allclose(physics.poses()[2, :3], compose(pose, bodies[1].pose.array())[:3], atol=1e-6)
            assert np.abs(physics.velocities()).max() < 1e-9
            assert np.abs(physics.joint_state()[1]).max() < 1e-9

    def test_welded_bodies_follow(self) -> None:
        hat = Body("hat", Pose((0.0, 0.0, 0.4)), (Geom(Shape.SPHERE, (0.1, 0, 0)),), parent="worker")
        worker = Body("worker", Pose((0, 0, 1)), (Geom(Shape.BOX, (0.2, 0.2, 0.3)),), Motion.KINEMATIC)
        with self.running(stage(worker, hat)) as physics:
            physics.set_pose(1, planar_pose(2.0, 1.0, 0.5, 1.0))
            np.testing.assert_allclose(physics.poses()[2, :3], [2.0, 1.0, 1.4], atol=1e-6)
            hits = physics.cast_rays([[2.0, 1.0, 5.0]], [[0.0, 0.0, -1.0]], 10.0)
            assert hits.body[0] == 2
            assert hits.distance[0] == pytest.approx(3.5, abs=1e-3)

    def test_belts_carry(self) -> None:
        belt = Geom(Shape.BOX, (3.0, 0.4, 0.05), surface_velocity=(0.5, 0.0, 0.0))
        conveyor = Body("conveyor", Pose.planar(0, 0, pi / 3, 0.5), (belt,))
        with self.running(stage(conveyor, crate("parcel", (0, 0, 0.7))), 1.5) as physics:
            along = np.array([np.cos(pi / 3), np.sin(pi / 3)])
            assert physics.velocities()[2, :2] == pytest.approx(0.5 * along, abs=0.01)
            np.testing.assert_allclose(physics.poses()[1], conveyor.pose.array(), atol=1e-9)

    def test_what_has_rested_falls_when_its_support_goes(self) -> None:
        """Engines let resting bodies sleep: they must wake, whoever takes the support away."""
        table = crate("table", (0, 0, 0.5), Motion.KINEMATIC)
        stacked = [crate("on_table", (0, 0, 0.7)), crate("below", (3, 0, 0.1)), crate("above", (3, 0, 0.3))]
        with self.running(stage(table, *stacked), 3.0) as physics:
            assert physics.poses()[[2, 4], 2] == pytest.approx([0.7, 0.3], abs=2e-3)
            physics.set_pose(1, planar_pose(0.0, 5.0, 0.0, 0.5))
            physics.set_pose(3, planar_pose(3.0, 5.0, 0.0, 0.1))
            self.run(physics, 1.0)
            assert physics.poses()[[2, 4], 2] == pytest.approx([0.1, 0.1], abs=2e-3)


class JointTests(EngineTests):
    """Servos, limits, wheels."""

    @pytest.mark.parametrize("target", [-5.0, 12.0])
    def test_a_velocity_servo_reaches_its_target(self, target: float) -> None:
        wheel = Body(
            "wheel", Pose((0, 0, 1)), (Geom(Shape.SPHERE, (0.1, 0, 0)),), Motion.JOINTED, joint=Joint(), mass=2
        )
        scene = stage(wheel, actuators=(Actuator("motor", "wheel", "velocity", 1.0, 5.0),))
        with self.running(scene) as physics:
            physics.command([target])
            self.run(physics, 0.5)
            before = physics.joint_state()[0][0]
            self.run(physics, 1.0)
            positions, velocities = physics.joint_state()
            assert velocities[0] == pytest.approx(target, rel=0.01)
            assert positions[0] - before == pytest.approx(target, rel=0.02)

    def test_a_servo_is_as_strong_as_it_says(self) -> None:
        inertia = 0.4 * 2.0 * 0.1**2
        wheel = Body(
            "wheel", Pose((0, 0, 1)), (Geom(Shape.SPHERE, (0.1, 0, 0)),), Motion.JOINTED, joint=Joint(), mass=2
        )
        scene = stage(wheel, actuators=(Actuator("motor", "wheel", "velocity", 10.0, 0.01),))
        with self.running(scene) as physics:
            physics.command([100.0])
            self.run(physics, 0.5)
            assert physics.joint_state()[1][0] == pytest.approx(0.01 / inertia * 0.5, rel=0.02)

    def test_a_position_servo_settles_without_overshoot(self) -> None:
        arm = Body("arm", Pose((0, 0, 1)), (Geom(Shape.BOX, (0.1, 0.1, 0.1)),), Motion.JOINTED,
                   joint=Joint(axis=(0, 0, 1), armature=0.05), mass=2.0)  # fmt: skip
        scene = stage(arm, actuators=(Actuator("motor", "arm", "position", 100.0, 50.0),))
        with self.running(scene) as physics:
            physics.command([1.0])
            highest = 0.0
            for _ in range(50):
                self.run(physics, 0.02)
                highest = max(highest, physics.joint_state()[0][0])
            assert physics.joint_state()[0][0] == pytest.approx(1.0, abs=0.01)
            assert highest < 1.05

    def test_joints_stop_at_their_limits(self) -> None:
        joint = Joint(axis=(0, 0, 1), limits=(-0.5, 0.5))
        arm = Body("arm", Pose((0, 0, 1)), (Geom(Shape.BOX, (0.3, 0.1, 0.1)),), Motion.JOINTED, joint=joint, mass=2.0)
        scene = stage(arm, actuators=(Actuator("motor", "arm", "velocity", 5.0, 5.0),))
        with self.running(scene) as physics:
            physics.command([2.0])
            self.run(physics, 1.5)
            assert physics.joint_state()[0][0] == pytest.approx(0.5, abs=0.05)

    def test_a_slide_moves_along_its_axis(self) -> None:
        fork = Body("fork", Pose((0, 0, 1)), (Geom(Shape.BOX, (0.3, 0.1, 0.1)),), Motion.JOINTED,
                    joint=Joint("slide", (0, 1, 0)), mass=2.0)  # fmt: skip
        scene = stage(fork, actuators=(Actuator("lift", "fork", "velocity", 500.0, 200.0),))
        with self.running(scene) as physics:
            physics.command([0.3])
            self.run(physics, 1.0)
            assert physics.poses()[1, 1] == pytest.approx(0.3, abs=0.01)

    def test_a_cart_drives_by_contact(self) -> None:
        bodies, actuators = cart()
        with self.running(stage(*bodies, actuators=actuators), 0.5) as physics:
            start = physics.poses()[1, 0]
            physics.command([10.0, 10.0])
            self.run(physics, 2.0)
            assert physics.velocities()[1, 0] == pytest.approx(1.0, rel=0.01)
            assert 1.6 < physics.poses()[1, 0] - start < 2.0

    def test_one_velocity_is_that_of_all(self) -> None:
        scene = busy_stage()
        with self.running(scene, 0.3) as physics:
            physics.command([8.0, 12.0])
            self.run(physics, 0.5)
            one_by_one = [physics.velocity(row) for row in range(len(scene.bodies))]
            np.testing.assert_array_equal(one_by_one, physics.velocities())

    def test_several_poses_are_set_as_one_by_one(self) -> None:
        scene = busy_stage()
        rows = [scene.body_index["worker"], scene.body_index["crate0"]]
        for chosen in (rows[:1], rows, []):
            poses = scene.initial_poses[chosen] + [0.5, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
            with self.create(scene) as together, self.create(scene) as apart:
                together.set_poses(chosen, poses)
                for row, pose in zip(chosen, poses, strict=True):
                    apart.set_pose(row, pose)
                np.testing.assert_array_equal(together.poses(), apart.poses())
            with self.create(scene) as physics, pytest.raises(PhysicsError, match="not finite"):
                physics.set_poses(rows[:1], np.full((1, 7), np.nan))

    def test_an_actuator_needs_a_joint(self) -> None:
        scene = stage(crate("crate", (0, 0, 1)), actuators=(Actuator("motor", "crate"),))
        with pytest.raises(InputError, match="'motor': body 'crate' has no joint"):
            self.create(scene)
