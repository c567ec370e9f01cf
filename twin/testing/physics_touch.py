"""The physics contract, part two: contacts and rays."""

from math import inf, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.scene import Body, Geom, Motion, Pose, Shape
from twin.testing.engine import EngineTests
from twin.testing.stages import crate, stage


class ContactTests(EngineTests):
    """Who touches whom, where and in which direction."""

    def test_contacts_name_bodies_and_point_from_the_first_to_the_second(self) -> None:
        with self.running(stage(crate("crate", (0, 0, 0.105))), 0.05) as physics:  # it falls: what rests may sleep
            contacts = physics.contacts()
            assert len(contacts) >= 1
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


class RayTests(EngineTests):
    """What a ray meets first."""

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
