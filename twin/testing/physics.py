"""What every physics engine must do. Subclass ``PhysicsContract`` in a test module and give it ``create``.

Scenes are small and have answers that can be written down: falling, sliding, swinging, pushing, carrying.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError, PhysicsError
from twin.geometry import compose, planar_pose, quaternion_from_axis_angle
from twin.physics.base import Physics
from twin.scene import Actuator, Body, Geom, Joint, Motion, Pose, Scene, Shape
from twin.testing.stages import assert_same, busy_stage, cart, crate, drive, snapshot, stage

GRAVITY = 9.81


class PhysicsContract:
    """The tests. ``create`` is all a subclass defines."""

    def create(self, scene: Scene) -> Physics:
        """The engine under test, at its default timestep."""
        raise NotImplementedError

    @contextmanager
    def running(self, scene: Scene, seconds: float = 0.0) -> Iterator[Physics]:
        """An engine that has already run for some time."""
        with self.create(scene) as physics:
            if seconds:
                self.run(physics, seconds)
            yield physics

    @staticmethod
    def run(physics: Physics, seconds: float) -> None:
        """Step for a time."""
        physics.step(round(seconds / physics.timestep))

    # -- state -----------------------------------------------------------------------------------------------------

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

    def test_restore_refuses_another_engines_state(self) -> None:
        with self.running(stage()) as physics:
            foreign = replace(physics.save(), engine="abacus")
            with pytest.raises(PhysicsError, match=f"'abacus' cannot be restored on '{physics.engine}'"):
                physics.restore(foreign)

    def test_close_twice(self) -> None:
        physics = self.create(stage())
        physics.close()
        physics.close()

    # -- motion ----------------------------------------------------------------------------------------------------

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

    # -- set from outside ------------------------------------------------------------------------------------------

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

    # -- joints ----------------------------------------------------------------------------------------------------

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

    def test_an_actuator_needs_a_joint(self) -> None:
        scene = stage(crate("crate", (0, 0, 1)), actuators=(Actuator("motor", "crate"),))
        with pytest.raises(InputError, match="'motor': body 'crate' has no joint"):
            self.create(scene)

    # -- contacts --------------------------------------------------------------------------------------------------

    def test_contacts_name_bodies_and_point_from_the_first_to_the_second(self) -> None:
        with self.running(stage(crate("crate", (0, 0, 0.1))), 0.05) as physics:
            contacts = physics.contacts()
            assert len(contacts) >= 3
            assert {frozenset(pair) for pair in contacts.bodies.tolist()} == {frozenset((0, 1))}
            up = np.where(contacts.bodies[:, 0] == 0, 1.0, -1.0)
            np.testing.assert_allclose(contacts.normal[:, 2], up, atol=1e-6)
            assert np.abs(contacts.position[:, 2]).max() < 0.01
            assert np.abs(contacts.distance).max() < 0.01
            physics.reset()
            assert len(physics.contacts()) == 0

    def test_contacts_of_every_step_are_kept(self) -> None:
        """A glancing blow in the middle of one call."""
        ball = Body(
            "ball", Pose((-0.5, 0.0, 1.0)), (Geom(Shape.SPHERE, (0.1, 0, 0), friction=0.0),), Motion.FREE, mass=1.0
        )
        post = Body("post", Pose((0.0, 0.15, 1.0)), (Geom(Shape.CYLINDER, (0.1, 1.0, 0), friction=0.0),))
        with self.running(stage(ball, post)) as physics:
            physics.set_velocity(1, [3.0, 0, 0, 0, 0, 0])
            self.run(physics, 0.4)
            assert physics.poses()[1, 0] > 0.2
            assert {1, 2} in [set(pair) for pair in physics.contacts().bodies.tolist()]

    def test_what_does_not_touch_is_not_in_contact(self) -> None:
        neighbours = stage(crate("a", (0, 0, 5)), crate("b", (0.405, 0, 5)))
        with self.running(neighbours) as physics:
            physics.step()
            assert len(physics.contacts()) == 0

    def test_passive_bodies_make_no_contacts(self) -> None:
        overlapping = stage(crate("a", (0, 0, 0), Motion.STATIC), crate("b", (0.1, 0, 0), Motion.KINEMATIC),
                            crate("c", (0.2, 0, 0), Motion.KINEMATIC))  # fmt: skip
        with self.running(overlapping) as physics:
            physics.step()
            assert len(physics.contacts()) == 0

    def test_rest_height(self) -> None:
        with self.running(stage(crate("crate", (0, 0, 0.5))), 2.0) as physics:
            assert physics.poses()[1, 2] == pytest.approx(0.1, abs=1e-3)

    # -- rays ------------------------------------------------------------------------------------------------------

    def test_rays_meet_every_shape_where_geometry_says(self) -> None:
        shapes = stage(
            Body("box", Pose.planar(0, 0, pi / 4, 1), (Geom(Shape.BOX, (0.5, 0.5, 0.5)),)),
            Body("sphere", Pose((0, 3, 1)), (Geom(Shape.SPHERE, (0.5, 0, 0)),), Motion.KINEMATIC),
            Body("cylinder", Pose((0, 6, 1)), (Geom(Shape.CYLINDER, (0.5, 0.5, 0)),)),
            Body("capsule", Pose((0, 9, 1)), (Geom(Shape.CAPSULE, (0.5, 0.5, 0)),)),
            Body("mesh", Pose((0, 11.8, 1)), (Geom(Shape.MESH, (1, 1, 1), mesh="tetrahedron"),)),
        )
        origins = [[-5, 3.0 * i, 1.2] for i in range(5)] + [[-5, -5, 2], [-5, 20, 2]]
        directions = [[1, 0, 0]] * 5 + [[0, 0, -1], [0, 1, 0]]
        with self.running(shapes) as physics:
            hits = physics.cast_rays(origins, directions, 20.0)
        expected = [5 - sqrt(0.5), 5 - sqrt(0.25 - 0.04), 4.5, 4.5, 5.0, 2.0, inf]
        np.testing.assert_allclose(hits.distance, expected, atol=2e-3)
        assert hits.body.tolist() == [1, 2, 3, 4, 5, 0, -1]

    def test_rays_end_at_their_length_and_pass_through_the_ignored(self) -> None:
        row = [crate(f"crate{i}", (i + 1.0, 0.0, 0.5)) for i in range(4)]
        with self.running(stage(*row)) as physics:
            origin, along = [[0.0, 0.0, 0.5]], [[1.0, 0.0, 0.0]]
            assert physics.cast_rays(origin, along, 0.5).body[0] == -1
            assert physics.cast_rays(origin, along, 0.9).distance[0] == pytest.approx(0.8, abs=1e-3)
            hits = physics.cast_rays(origin, along, 9.0, ignore=(1, 2))
            assert (hits.body[0], hits.distance[0]) == (3, pytest.approx(2.8, abs=1e-3))
            inside = physics.cast_rays([[1.0, 0.0, 0.5]], along, 9.0, ignore=(1,))
            assert (inside.body[0], inside.distance[0]) == (2, pytest.approx(0.8, abs=1e-3))
            assert physics.cast_rays(origin, along, 9.0, ignore=(1, 2, 3, 4)).distance[0] == inf
            assert len(physics.cast_rays(np.empty((0, 3)), np.empty((0, 3)), 9.0).body) == 0

    def test_rays_agree_with_a_spheres_equation(self) -> None:
        @settings(max_examples=15, deadline=None)
        @given(st.floats(0, 2 * pi), st.floats(-0.4, 0.4))
        def holds(angle: float, miss: float) -> None:
            along = np.array([np.cos(angle), np.sin(angle), 0.0])
            across = np.array([-along[1], along[0], 0.0])
            hits = physics.cast_rays([[0, 0, 5] - 3 * along + miss * across], [along], 10.0)
            assert hits.distance[0] == pytest.approx(3 - sqrt(0.25 - miss**2), abs=1e-3)

        ball = Body("ball", Pose((0, 0, 5)), (Geom(Shape.SPHERE, (0.5, 0, 0)),))
        with self.running(stage(ball)) as physics:
            holds()

    # -- errors ----------------------------------------------------------------------------------------------------

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
