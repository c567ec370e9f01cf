"""What every renderer must do. Subclass ``RendererContract`` in a test module and give it ``create``."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings

from twin.errors import RenderError
from twin.geometry import compose, planar_pose
from twin.lenses import Lens
from twin.rendering.base import Frame
from twin.scene import Body, Camera, Geom, Motion, Pose, Shape, pose_world_camera
from twin.testing.rendering_lenses import LensContract
from twin.testing.rendering_lighting import LightingContract
from twin.testing.rendering_refusals import RefusalContract
from twin.testing.rendering_requests import RequestContract
from twin.testing.rendering_stage import (
    AHEAD,
    BOXES,
    CAMERA,
    LENS,
    ON_AXIS,
    box,
    busy_stage,
    centroid,
    expected_box,
    same,
    shifted,
    stage,
    thing,
)


class RendererContract(RefusalContract, RequestContract, LensContract, LightingContract):
    """Everything a scene's users rely on."""

    depth_tolerance = 2e-3
    """m, of flat faces within 10 m of the camera."""
    roundness = 0.02
    """Share of its radius by which something round may fall short: renderers draw polygons."""

    # -- images ----------------------------------------------------------------------------------------------------

    def test_images_have_the_lens_size_and_fixed_types(self) -> None:
        frame = self.draw(box(1, (3, 0, 0)))
        assert frame.rgb.shape == (48, 64, 3)
        assert frame.rgb.dtype == np.uint8
        assert frame.depth.shape == (48, 64)
        assert frame.depth.dtype == np.float32
        assert frame.instance.shape == (48, 64)
        assert frame.instance.dtype == np.uint16

    def test_where_nothing_is_there_is_background(self) -> None:
        scene = stage(box(7, (3, 0, 0)))
        renderer = self.renderer(scene)
        frame = renderer.render(scene.initial_poses, CAMERA)
        empty = frame.instance == 0
        assert (frame.instance[~empty] == 7).all()
        assert 0.5 < empty.mean() < 1
        assert (frame.depth[empty] == 0).all()
        assert (frame.depth[~empty] > 0).all()
        wanted = np.round(255 * np.array(scene.background))
        # Profiles that light each pixel may draw a roof there.
        limit = 100 if renderer.quality.per_pixel else 1
        assert np.abs(frame.rgb[empty].astype(float) - wanted).max() <= limit

    def test_an_empty_scene_is_all_background(self) -> None:
        frame = self.draw()
        assert not frame.instance.any()
        assert not frame.depth.any()

    def test_frames_belong_to_the_caller(self) -> None:
        scene = stage(box(1, (3, 0, 0), motion=Motion.FREE))
        renderer = self.renderer(scene)
        first = renderer.render(scene.initial_poses, CAMERA)
        kept = Frame(first.rgb.copy(), first.depth.copy(), first.instance.copy())
        renderer.render(shifted(scene, 1, 1.0), CAMERA)
        assert same(first, kept)
        first.rgb[:] = 0  # and may be written to

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 17), (6, 50), (130, 7)])
    def test_odd_sizes_are_not_skewed(self, width: int, height: int) -> None:
        camera = replace(CAMERA, lens=LENS.resized(width, height))
        frame = self.draw(box(3, (4, 0, 0), (0.1, 0.7, 0.7)), camera=camera)
        assert frame.instance.shape == (height, width)
        assert frame.instance[height // 2, width // 2] == 3
        assert np.isclose(frame.depth[height // 2, width // 2], 3.9, atol=self.depth_tolerance)
        assert frame.instance[frame.depth > 0].all()

    # -- geometry --------------------------------------------------------------------------------------------------

    def test_depth_is_the_distance_along_the_optical_axis(self) -> None:
        frame = self.draw(box(1, (5, 0, 0), (0.5, 2, 2)))
        face = frame.depth[frame.instance == 1]
        assert face.size > 500
        assert np.allclose(face, 4.5, atol=self.depth_tolerance)  # a flat wall has one depth, not a distance

    def test_depth_of_a_floor_is_exact_in_every_pixel(self) -> None:
        floor = thing(2, Shape.PLANE, (30, 30, 1), (0, 0, -1.2))
        frame = self.draw(floor)
        rows = np.arange(48)
        with np.errstate(divide="ignore"):
            depth = np.where(rows > LENS.cy, 1.2 * LENS.fy / (rows - LENS.cy), np.inf)
        near = depth < 10
        assert near.sum() > 10
        assert np.allclose(frame.depth[near], depth[near, None], atol=self.depth_tolerance)
        assert (frame.instance[near] == 2).all()
        assert not frame.instance[rows < LENS.cy].any()

    def test_left_is_left_and_up_is_up(self) -> None:
        frame = self.draw(box(1, (4, 1, 0)), box(2, (4, -1, 0)), box(3, (4, 0, 1)), box(4, (4, 0, -1)))
        (left, middle), (right, _) = centroid(frame.instance == 1), centroid(frame.instance == 2)
        (_, up), (center, down) = centroid(frame.instance == 3), centroid(frame.instance == 4)
        assert left < center < right
        assert up < middle < down

    def test_pixel_centres_are_whole_numbers(self) -> None:
        """A card whose edges lie a quarter pixel beyond the centres of its outer pixels."""
        lens = Lens(40, 30, 50.0, 40.0, 12.0, 19.0, 0.1, 20.0)
        left, top, right, bottom = 9.75, 4.75, 20.25, 22.25
        distance = 3.0
        y = [-(u - lens.cx) / lens.fx * distance for u in (left, right)]
        z = [-(v - lens.cy) / lens.fy * distance for v in (top, bottom)]
        half = (0.001, (y[0] - y[1]) / 2, (z[0] - z[1]) / 2)
        card = box(5, (distance + 0.001, sum(y) / 2, sum(z) / 2), half)
        frame = self.draw(card, camera=replace(CAMERA, lens=lens))
        expected = np.zeros((30, 40), bool)
        expected[5:23, 10:21] = True
        assert np.array_equal(frame.instance == 5, expected)

    def test_an_off_centre_lens_with_two_focal_lengths_projects_exactly(self) -> None:
        lens = Lens(90, 60, 70.0, 95.0, 20.5, 44.0, 0.1, 20.0)
        spots = [(4.0, 0.5, 0.9), (5.0, -2.0, 0.4), (3.0, -1.5, 1.2)]
        balls = [thing(k, Shape.SPHERE, (0.12, 0, 0), spot) for k, spot in enumerate(spots, start=1)]
        frame = self.draw(*balls, camera=replace(CAMERA, lens=lens))
        for k, (x, y, z) in enumerate(spots, start=1):
            u, v = centroid(frame.instance == k)
            assert abs(u - (lens.cx - lens.fx * y / x)) < 0.6
            assert abs(v - (lens.cy - lens.fy * z / x)) < 0.6

    def test_any_box_is_where_rays_find_it(self) -> None:
        @settings(max_examples=12, deadline=None)
        @given(BOXES)
        def check(body: Body) -> None:
            depth, outline = expected_box(body, CAMERA)
            with self.create(stage(body)) as renderer:
                frame = renderer.render(renderer.scene.initial_poses, CAMERA)
            inside = np.isfinite(depth) & ~outline
            assert (frame.instance[inside] == 1).all()
            assert not frame.instance[~np.isfinite(depth) & ~outline].any()
            assert np.allclose(frame.depth[inside], depth[inside], atol=self.depth_tolerance)

        check()

    def test_what_is_nearer_hides_what_is_behind(self) -> None:
        frame = self.draw(box(1, (5, 0, 0), (0.1, 4, 4)), box(2, (3, 0, 0)))
        assert frame.instance[24, 32] == 2
        assert frame.instance[2, 32] == 1

    def test_what_lies_outside_near_and_far_is_not_seen(self) -> None:
        lens = replace(LENS, near=1.0, far=6.0)
        frame = self.draw(
            box(1, (0.7, 0, 0), (0.1, 0.1, 0.1)),
            box(2, (4, 0, 0)),
            box(3, (7, 0, 0), (0.1, 3, 3)),
            camera=replace(CAMERA, lens=lens),
        )
        assert set(np.unique(frame.instance)) == {0, 2}
        assert frame.depth.max() <= 6
        assert (frame.depth[frame.instance == 0] == 0).all()

    def test_faces_are_seen_from_outside_only(self) -> None:
        frame = self.draw(box(1, (0, 0, 0), (1, 1, 1)), box(2, (4, 0, 0)))
        assert set(np.unique(frame.instance)) == {0, 2}  # the camera is inside the first

    def _check_round(self, depth: float, exact: float, radius: float) -> None:
        assert exact - self.depth_tolerance < depth < exact + self.roundness * radius + self.depth_tolerance

    # -- shapes ----------------------------------------------------------------------------------------------------

    def test_a_sphere(self) -> None:
        frame = self.draw(thing(1, Shape.SPHERE, (0.6, 0, 0), (3, 0, 0)), camera=ON_AXIS)
        rows, columns = np.mgrid[-24:25, -32:33]
        slope = np.hypot(rows, columns) / ON_AXIS.lens.fx
        passes = 3 * slope / np.sqrt(1 + slope**2)  # m between the ball's centre and each pixel's ray
        assert (frame.instance[passes < 0.6 * (1 - 2 * self.roundness)] == 1).all()
        assert not frame.instance[passes > 0.6].any()
        self._check_round(frame.depth[24, 32], 2.4, radius=0.6)

    def test_a_cylinder_stands_along_z(self) -> None:
        frame = self.draw(thing(1, Shape.CYLINDER, (0.3, 0.8, 0), (4, 0, 0)), camera=ON_AXIS)
        rows, columns = np.nonzero(frame.instance)
        assert abs(np.ptp(rows) + 1 - 1.6 * LENS.fy / 3.7) <= 2
        assert abs(np.ptp(columns) + 1 - 0.6 * LENS.fx / 4) <= 2
        self._check_round(frame.depth[24, 32], 3.7, radius=0.3)

    def test_a_capsule_is_longer_than_its_cylinder_by_two_radii(self) -> None:
        frame = self.draw(thing(1, Shape.CAPSULE, (0.3, 0.5, 0), (4, 0, 0)))
        rows, columns = np.nonzero(frame.instance)
        assert abs(np.ptp(rows) + 1 - 1.6 * LENS.fy / 4) <= 2
        assert abs(np.ptp(columns) + 1 - 0.6 * LENS.fx / 4) <= 2
        top = columns[rows == rows.min()]
        assert np.ptp(top) + 1 < 0.6 * np.ptp(columns)  # round, where a cylinder is flat

    def test_a_scaled_mesh(self) -> None:
        """The wedge's slope, seen from ahead: depth grows along a straight line upwards."""
        turned = (0.0, 0.0, 0.0, 1.0)  # its high end away from the camera
        frame = self.draw(thing(1, Shape.MESH, (0.5, 0.4, 0.6), (4, 0, 0), turned))
        column = frame.depth[:, 32]
        rows = np.flatnonzero(column)
        assert rows.size > 10
        slope = -(rows - LENS.cy) / LENS.fy  # z of the world for each metre of depth
        # On the face: z = (x - 4) * 0.6 / 0.5 with x = depth and z = slope * depth.
        depth = 4 * 1.2 / (1.2 - slope)
        assert np.allclose(column[rows[1:-1]], depth[1:-1], atol=self.depth_tolerance)
        assert abs(np.ptp(np.nonzero(frame.instance)[1]) + 1 - 0.8 * LENS.fx / 3.5) <= 2

    def test_a_geom_is_posed_within_its_body(self) -> None:
        geom = Geom(Shape.BOX, (0.1, 0.6, 0.1), Pose((0.0, 0.0, 0.8), (np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0)))
        quarter = tuple(float(v) for v in planar_pose(0, 0, pi / 2)[3:])
        body = Body("arm", Pose((4.0, 0.5, 0.0), quarter), (geom,), instance=1)  # type: ignore[arg-type]
        frame = self.draw(body)
        rows, columns = np.nonzero(frame.instance)
        assert np.ptp(rows) > 3 * np.ptp(columns)  # turned upright, in the body's frame
        u, v = centroid(frame.instance == 1)
        assert abs(u - (LENS.cx - LENS.fx * 0.5 / 4)) < 1.5
        assert abs(v - (LENS.cy - LENS.fy * 0.8 / 4)) < 1.5

    # -- colours and ids -------------------------------------------------------------------------------------------

    def test_materials_colour_things(self) -> None:
        frame = self.draw(thing(1, Shape.BOX, (0.5, 0.5, 0.5), (3, 0, 0), material="red"))
        red, green, blue = frame.rgb[frame.instance == 1].mean(axis=0)
        assert red > 60
        assert green < red / 3
        assert blue < red / 3

    def test_what_has_only_a_texture_has_its_colour(self) -> None:
        """Whether or not textures are drawn: this sign is blue with some white."""
        frame = self.draw(thing(1, Shape.BOX, (0.5, 0.5, 0.5), (3, 0, 0), material="sign"))
        red, _, blue = frame.rgb[frame.instance == 1].mean(axis=0)
        assert red < 0.75 * blue

    def test_no_pixel_mixes_two_ids(self) -> None:
        frame = self.draw(box(1000, (4, 0.25, 0)), box(3000, (4, -0.25, 0)))
        assert set(np.unique(frame.instance)) == {0, 1000, 3000}

    def test_ids_use_all_sixteen_bits(self) -> None:
        frame = self.draw(box(65535, (3, 0, 0)))
        assert frame.instance.max() == 65535

    def test_larger_ids_are_refused(self) -> None:
        with pytest.raises(RenderError, match="body 'body65536': instance id 65536 is above 65535"):
            self.create(stage(box(65536, (3, 0, 0))))

    def test_unlabelled_things_have_depth_but_no_id(self) -> None:
        frame = self.draw(box(0, (3, 0, 0)))
        assert not frame.instance.any()
        assert np.isclose(frame.depth[24, 32], 2.75, atol=self.depth_tolerance)

    def test_invisible_geoms_are_not_drawn(self) -> None:
        hidden = replace(box(1, (2, 0, 0)).geoms[0], visible=False)
        frame = self.draw(replace(box(1, (2, 0, 0)), geoms=(hidden,)), box(2, (4, 0, 0)))
        assert set(np.unique(frame.instance)) == {0, 2}

    # -- motion ----------------------------------------------------------------------------------------------------

    def test_bodies_are_drawn_where_the_poses_say(self) -> None:
        scene = stage(box(1, (4, 0, 0), motion=Motion.FREE), box(2, (6, 0, 0)))
        renderer = self.renderer(scene)
        renderer.render(scene.initial_poses, CAMERA)
        for row, shift in ((0, 1.0), (1, -1.0), (0, 0.0)):  # whatever may move according to the scene
            poses = scene.initial_poses.copy()
            poses[row, 1] = shift
            fresh = self.renderer(scene).render(poses, CAMERA)
            assert same(renderer.render(poses, CAMERA), fresh)
            u, _ = centroid(fresh.instance == row + 1)
            assert abs(u - (LENS.cx - LENS.fx * shift / poses[row, 0])) < 2

    def test_poses_may_be_changed_in_place(self) -> None:
        scene = stage(box(1, (4, 0, 0), motion=Motion.FREE))
        renderer, poses = self.renderer(scene), scene.initial_poses.copy()
        left, _ = centroid(renderer.render(poses, CAMERA).instance == 1)
        poses[0, 1] -= 1
        right, _ = centroid(renderer.render(poses, CAMERA).instance == 1)
        assert right > left + 5

    def test_a_camera_rides_on_its_body(self) -> None:
        carrier = Body("carrier", motion=Motion.KINEMATIC)
        camera = Camera("eye", "carrier", Pose((0.5, 0.0, 0.2), AHEAD), LENS)
        scene = stage(carrier, thing(0, Shape.PLANE, (20, 20, 1), (0, 0, -1)), box(1, (1, 4, 0.2)), cameras=(camera,))
        renderer = self.renderer(scene)
        poses = scene.initial_poses.copy()
        assert not renderer.render(poses, camera).instance.any()
        poses[0] = planar_pose(1, 0, pi / 2)
        frame = renderer.render(poses, camera)
        assert np.isclose(frame.depth[24, 32], 4 - 0.25 - 0.5, atol=self.depth_tolerance)
        still = replace(camera, body="", pose=Pose.of(pose_world_camera(scene, camera, poses)))
        assert same(renderer.render(poses, still), frame)

    def test_rotating_world_and_camera_together_changes_nothing(self) -> None:
        scene = busy_stage()
        turn = np.array([3.0, -2.0, 1.0, 0.5, 0.5, -0.1, 0.7])  # of length 1
        renderer = self.renderer(scene)
        before = renderer.render(scene.initial_poses, CAMERA)
        camera = replace(CAMERA, pose=Pose.of(compose(turn, CAMERA.pose.array())))
        after = renderer.render(compose(turn, scene.initial_poses), camera)
        assert np.mean(before.instance == after.instance) > 0.995
        agree = before.instance == after.instance
        assert np.median(np.abs(before.depth - after.depth)[agree]) < 1e-4

    # -- many --------------------------------------------------------------------------------------------------------

    def test_frames_are_the_same_byte_for_byte(self) -> None:
        scene = busy_stage()
        first = self.renderer(scene)
        frame = first.render(scene.initial_poses, CAMERA)
        first.render(shifted(scene, 0, 0.3), replace(CAMERA, lens=LENS.resized(20, 30)))
        assert same(first.render(scene.initial_poses, CAMERA), frame)
        assert same(self.renderer(scene).render(scene.initial_poses, CAMERA), frame)

    def test_two_renderers_do_not_disturb_each_other(self) -> None:
        left, right = stage(box(1, (4, 1, 0))), stage(box(2, (4, -1, 0)))
        a, b = self.renderer(left), self.renderer(right)
        alone = a.render(left.initial_poses, CAMERA), b.render(right.initial_poses, CAMERA)
        for _ in range(3):
            assert same(a.render(left.initial_poses, CAMERA), alone[0])
            assert same(b.render(right.initial_poses, CAMERA), alone[1])
        a.close()
        assert same(b.render(right.initial_poses, CAMERA), alone[1])

    def test_every_shape_is_seen_at_once(self) -> None:
        scene = busy_stage()
        frame = self.renderer(scene).render(scene.initial_poses, CAMERA)
        assert set(np.unique(frame.instance)) == {0, 1, 2, 3, 4, 5, 9}
        assert (frame.depth[frame.instance > 0] > 0).all()

    def test_it_says_what_draws(self) -> None:
        renderer = self.renderer(stage())
        assert renderer.describe().startswith(f"{renderer.name}: ")
