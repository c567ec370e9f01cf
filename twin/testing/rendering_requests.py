"""Renderers asked for one instance alone, and for many frames at once."""

from dataclasses import replace

import numpy as np
import pytest

from twin.errors import RenderError
from twin.scene import Body, Camera, Geom, Motion, Pose, Scene, Shape
from twin.testing.rendering_stage import (
    AHEAD,
    CAMERA,
    LENS,
    RendererSuite,
    box,
    busy_stage,
    same,
    shifted,
    stage,
    thing,
)


class RequestContract(RendererSuite):
    """``only`` draws what hides behind others; ``render_many`` draws what ``render`` draws."""

    def test_one_instance_alone_is_drawn_as_if_nothing_stood_before_it(self) -> None:
        behind, wall = box(1, (5, 0, 0)), box(2, (3, 0, 0), (0.1, 2, 2))
        scene = stage(behind, wall)
        renderer = self.renderer(scene)
        everything = renderer.render(scene.initial_poses, CAMERA)
        alone = renderer.render(scene.initial_poses, CAMERA, only=1)
        assert not (everything.instance == 1).any()
        assert same(alone, self.draw(behind))
        assert same(renderer.render(scene.initial_poses, CAMERA), everything)  # and all are back

    def test_alone_changes_neither_place_nor_depth(self) -> None:
        scene = busy_stage()
        renderer = self.renderer(scene)
        everything = renderer.render(scene.initial_poses, CAMERA)
        for instance in (1, 2, 3, 4, 5, 9):
            alone = renderer.render(scene.initial_poses, CAMERA, only=instance)
            seen = everything.instance == instance
            assert set(np.unique(alone.instance)) <= {0, instance}
            assert (alone.instance[seen] == instance).all()
            assert np.array_equal(alone.depth[seen], everything.depth[seen])
            assert not alone.depth[alone.instance == 0].any()

    def test_an_instance_alone_moves_and_may_be_out_of_sight(self) -> None:
        scene = stage(box(1, (4, 0, 0), motion=Motion.FREE), box(2, (4, 1, 0)))
        renderer = self.renderer(scene)
        renderer.render(scene.initial_poses, CAMERA)
        moved = renderer.render(shifted(scene, 1, -0.8), CAMERA, only=1)
        assert same(moved, self.draw(box(1, (4, -0.8, 0))))
        assert not renderer.render(shifted(scene, 0, -30), CAMERA, only=1).instance.any()

    def test_an_instance_alone_keeps_all_its_parts(self) -> None:
        parts = tuple(Geom(Shape.BOX, (0.1, 0.1, 0.1), Pose((0.0, y, 0.0))) for y in (-0.5, 0.5))
        pair = Body("body1", Pose((3.0, 0.0, 0.0)), parts, instance=1)
        scene = stage(pair, box(2, (2, 0, 0), (0.05, 1, 1)))
        columns = np.nonzero(self.renderer(scene).render(scene.initial_poses, CAMERA, only=1).instance)[1]
        assert np.diff(np.unique(columns)).max() > 5  # a gap: both are there

    @pytest.mark.parametrize("unknown", [0, 3, 99999])
    def test_an_instance_that_does_not_exist_is_refused(self, unknown: int) -> None:
        scene = stage(box(1, (4, 0, 0)), box(2, (4, 1, 0)))
        with pytest.raises(RenderError, match=f"scene 'stage' has no instance {unknown} to draw alone; it has 1 to 2"):
            self.renderer(scene).render(scene.initial_poses, CAMERA, only=unknown)

    def test_many_frames_are_those_drawn_one_by_one(self) -> None:
        scene = self._pair()
        renderer = self.renderer(scene)
        small = replace(CAMERA, lens=LENS.resized(20, 33))
        requests = [(shifted(scene, 1, 0.2 * k), camera) for k in range(3) for camera in (CAMERA, small)]
        frames = renderer.render_many(requests)
        assert len(frames) == 6
        for frame, (poses, camera) in zip(frames, requests, strict=True):
            assert same(frame, self.renderer(scene).render(poses, camera))
        assert len({frame.depth.tobytes() for frame in frames}) == 6

    def test_nothing_asked_for_is_nothing_drawn(self) -> None:
        assert self.renderer(self._pair()).render_many([]) == []

    def test_a_bad_request_among_many_is_refused(self) -> None:
        scene = self._pair()
        with pytest.raises(RenderError, match="body 'body1': its pose is not finite"):
            self.renderer(scene).render_many(
                [(scene.initial_poses, CAMERA), (np.full_like(scene.initial_poses, np.nan), CAMERA)]
            )

    def _pair(self) -> Scene:
        rear = Camera("rear", pose=Pose((8.0, 0.0, 0.0), (AHEAD[0], -AHEAD[1], -AHEAD[2], AHEAD[3])), lens=LENS)
        ball = thing(2, Shape.SPHERE, (0.3, 0, 0), (5, 0.5, 0))
        return stage(box(1, (4, 0, 0), motion=Motion.FREE), ball, cameras=(CAMERA, rear))
