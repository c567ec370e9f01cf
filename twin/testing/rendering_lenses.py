"""What every renderer must show through lenses that distort: the same world, in the pixels where the lens puts it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from twin.errors import InputError
from twin.geometry import planar_pose
from twin.lenses import Distortion, Lens, pixel_rays, project
from twin.scene import Body, Camera, Motion, Pose, Shape, pose_world_camera
from twin.testing.rendering_stage import (
    AHEAD,
    BOXES,
    CAMERA,
    LENS,
    RendererSuite,
    box,
    busy_stage,
    centroid,
    expected_box,
    same,
    stage,
    thing,
)

_BENT = Lens(128, 96, 76.0, 80.0, 60.0, 50.0, near=0.1, far=20.0)
LENSES = {
    "barrel": replace(_BENT, distortion=Distortion("brown_conrady", (-0.25, 0.06, 0.002, -0.003, 0.0))),
    "pincushion": replace(_BENT, distortion=Distortion("brown_conrady", (0.2, 0.05, -0.002, 0.001, 0.01))),
    "fisheye": replace(_BENT, distortion=Distortion("fisheye", (0.03, -0.01, 0.002, 0.0))),
    "whole circle": replace(_BENT, fx=33.0, fy=31.0, distortion=Distortion("fisheye", (0.01, 0.0, 0.0, 0.0))),
}
"""From one pinhole, and from the faces of a cube."""
_all_lenses = pytest.mark.parametrize("lens", LENSES.values(), ids=list(LENSES))


class LensContract(RendererSuite):
    """Colours, depth and ids through Brown-Conrady and fisheye lenses."""

    depth_tolerance = 2e-3
    """m, of flat faces within 10 m of the camera."""

    def test_a_lens_without_coefficients_is_a_pinhole_byte_for_byte(self) -> None:
        scene = busy_stage()
        renderer = self.renderer(scene)
        none = replace(CAMERA, lens=replace(LENS, distortion=Distortion("brown_conrady", (0.0,) * 5)))
        assert same(renderer.render(scene.initial_poses, none), renderer.render(scene.initial_poses, CAMERA))

    @_all_lenses
    def test_any_box_is_where_the_rays_of_a_lens_find_it(self, lens: Lens) -> None:
        camera = replace(CAMERA, lens=lens)

        @settings(max_examples=6, deadline=None, phases=(Phase.generate,))
        @given(BOXES)
        def check(body: Body) -> None:
            depth, outline = expected_box(body, camera)
            with self.create(stage(body)) as renderer:
                frame = renderer.render(renderer.scene.initial_poses, camera)
            inside = np.isfinite(depth) & ~outline
            assert np.sum(frame.instance[inside] != 1) <= max(1, 0.01 * inside.sum())
            assert not frame.instance[~np.isfinite(depth) & ~outline].any()
            wrong = np.abs(frame.depth - depth)[inside & (frame.instance == 1)]
            if wrong.size > 30:  # what is smaller is all edges
                assert np.quantile(wrong, 0.5) < 5 * self.depth_tolerance
                assert np.quantile(wrong, 0.9) < 0.2  # along its edges

        check()

    @_all_lenses
    def test_depth_of_a_floor_through_a_lens_is_exact(self, lens: Lens) -> None:
        """And not that of the nearest pixel of a pinhole: far away a pixel is metres."""
        frame = self.draw(thing(2, Shape.PLANE, (40, 40, 1), (0, 0, -1.2)), camera=replace(CAMERA, lens=lens))
        rays = np.nan_to_num(pixel_rays(lens))
        down, steepest = rays[..., 1], np.abs(rays).max(axis=-1)
        depth = np.divide(1.2, down, out=np.full(down.shape, np.inf), where=down > 0)
        sure = (depth > lens.near) & (depth < 10 / np.maximum(steepest, 1e-9))
        assert sure.sum() > 100
        assert np.mean(frame.instance[sure] == 2) > 0.99
        seen = sure & (frame.instance == 2)
        assert np.allclose(frame.depth[seen], depth[seen], atol=self.depth_tolerance)
        assert not frame.instance[down < 0].any()

    @_all_lenses
    def test_balls_are_where_the_lens_projects_them(self, lens: Lens) -> None:
        spots = [(4.0, 0.5, 0.9), (3.0, -1.0, 0.2), (2.5, -0.9, -0.9), (3.0, 1.4, -0.7)]
        balls = [thing(k, Shape.SPHERE, (0.2, 0, 0), spot) for k, spot in enumerate(spots, start=1)]
        frame = self.draw(*balls, camera=replace(CAMERA, lens=lens))
        for k, (x, y, z) in enumerate(spots, start=1):
            assert np.abs(centroid(frame.instance == k) - project(lens, [-y, -z, x])).max() < 0.7

    @_all_lenses
    def test_a_lens_shows_no_id_that_the_scene_does_not_have(self, lens: Lens) -> None:
        scene = busy_stage()
        frame = self.renderer(scene).render(scene.initial_poses, replace(CAMERA, lens=lens))
        assert set(np.unique(frame.instance)) == {0, 1, 2, 3, 4, 5, 9}
        assert (frame.depth[frame.instance > 0] > 0).all()
        assert frame.depth.max() <= lens.far

    def test_beside_the_image_circle_of_a_fisheye_there_is_nothing(self) -> None:
        lens = LENSES["whole circle"]
        frame = self.draw(box(1, (5, 0, 0), (0.1, 9, 9)), camera=replace(CAMERA, lens=lens))
        beside = np.isnan(pixel_rays(lens)[..., 2])
        assert 0.1 < beside.mean() < 0.5
        assert not frame.rgb[beside].any()
        assert not frame.instance[beside].any()
        assert not frame.depth[beside].any()
        assert frame.rgb[~beside].any(axis=-1).all()

    def test_the_faces_of_a_fisheye_meet(self) -> None:
        """A room all around it: no gap, no step and no pixel of another wall."""
        lens = LENSES["whole circle"]
        walls = [box(k, spot, half) for k, (spot, half) in enumerate(_ROOM, start=1)]
        frame = self.draw(*walls, camera=replace(CAMERA, lens=lens))
        rays = pixel_rays(lens)
        seen = ~np.isnan(rays[..., 2])
        toward = np.stack([rays[..., 2], -rays[..., 0], -rays[..., 1]], axis=-1)[seen]
        with np.errstate(divide="ignore"):
            reach = np.stack([4.0 / toward[:, 0], 2.0 / np.abs(toward[:, 1]), 1.5 / np.abs(toward[:, 2])], axis=-1)
        expected = (
            np.array([1, 2, 4])[reach.argmin(axis=1)]
            + (toward[:, [0, 1, 2]] < 0)[np.arange(len(toward)), reach.argmin(axis=1)]
        )
        assert np.mean(frame.instance[seen] == expected) > 0.97  # the rest lies along the room's edges
        agree = frame.instance[seen] == expected
        wrong = np.abs(frame.depth[seen] - reach.min(axis=1))[agree]
        assert np.quantile(wrong, 0.9) < self.depth_tolerance
        assert wrong.max() < 0.2  # along the room's edges

    def test_a_fisheye_rides_on_its_body(self) -> None:
        lens = LENSES["whole circle"]
        camera = Camera("eye", "carrier", Pose((0.5, 0.0, 0.2), AHEAD), lens)
        scene = stage(Body("carrier", motion=Motion.KINEMATIC), box(1, (2, 3, 0.2)), cameras=(camera,))
        poses = scene.initial_poses.copy()
        poses[0] = planar_pose(1, 0, 1.0)
        still = replace(camera, body="", pose=Pose.of(pose_world_camera(scene, camera, poses)))
        renderer = self.renderer(scene)
        assert same(renderer.render(poses, still), renderer.render(poses, camera))
        assert renderer.render(poses, camera).instance.any()

    def test_a_lens_draws_one_instance_alone(self) -> None:
        camera = replace(CAMERA, lens=LENSES["barrel"])
        scene = stage(box(1, (5, 0, 0), (0.1, 2, 2)), box(2, (3, 0, 0)))
        frame = self.renderer(scene).render(scene.initial_poses, camera, only=1)
        assert set(np.unique(frame.instance)) == {0, 1}
        assert frame.instance[50, 60] == 1

    def test_a_lens_that_folds_the_image_is_refused(self) -> None:
        lens = replace(_BENT, distortion=Distortion("brown_conrady", (-0.5, 0.0, 0.0, 0.0, 0.0)))
        scene = stage(box(1, (4, 0, 0)))
        with pytest.raises(InputError, match=r"pixels look nowhere, first \(0, 0\): beyond 39 degrees from its axis"):
            self.renderer(scene).render(scene.initial_poses, replace(CAMERA, lens=lens))


_ROOM = [
    ((4.1, 0, 0), (0.1, 9, 9)),
    ((0, 2.1, 0), (9, 0.1, 9)),
    ((0, -2.1, 0), (9, 0.1, 9)),
    ((0, 0, 1.6), (9, 9, 0.1)),
    ((0, 0, -1.6), (9, 9, 0.1)),
]
"""Walls ahead, left, right, above and below."""
