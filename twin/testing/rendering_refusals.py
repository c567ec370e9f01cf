"""What every renderer must refuse, and with which words: bad poses, bad lenses, other threads, use after closing."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from twin.errors import InputError, RenderError
from twin.rendering.base import Frame
from twin.scene import Motion
from twin.testing.rendering_stage import CAMERA, LENS, RendererSuite, box, busy_stage, same, stage


class RefusalContract(RendererSuite):
    """Never a black frame."""

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_a_pose_that_is_not_finite_is_refused_by_name(self, value: float) -> None:
        scene = stage(box(1, (4, 0, 0)), box(2, (4, 1, 0), motion=Motion.FREE))
        renderer = self.renderer(scene)
        renderer.render(scene.initial_poses, CAMERA)
        poses = scene.initial_poses.copy()
        poses[1, 2] = value
        for _ in range(2):
            with pytest.raises(RenderError, match="body 'body2': its pose is not finite"):
                renderer.render(poses, CAMERA)
        assert renderer.render(scene.initial_poses, CAMERA).instance.any()

    def test_a_quaternion_that_is_no_rotation_is_refused(self) -> None:
        scene = stage(box(1, (4, 0, 0)))
        poses = scene.initial_poses.copy()
        poses[0, 3:] = 0
        with pytest.raises(RenderError, match="body 'body1': its pose has a quaternion that is not of length 1"):
            self.renderer(scene).render(poses, CAMERA)

    def test_poses_of_another_scene_are_refused(self) -> None:
        scene = stage(box(1, (4, 0, 0)))
        with pytest.raises(RenderError, match=r"poses have shape \(3, 7\); scene 'stage' needs \(1, 7\)"):
            self.renderer(scene).render(np.zeros((3, 7)), CAMERA)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"width": 0}, "0x48 pixels; allowed: 1 to"),
            ({"height": 100_000}, "64x100000 pixels; allowed: 1 to"),
            ({"fx": -1.0}, "focal lengths must be above 0"),
            ({"cx": np.nan}, "every number must be finite"),
            ({"near": 0.0}, "needs 0 < near < far"),
            ({"far": 0.05}, "needs 0 < near < far"),
        ],
    )
    def test_a_lens_that_cannot_exist_is_refused(self, change: dict[str, float], message: str) -> None:
        scene = stage(box(1, (4, 0, 0)))
        lens = replace(LENS, **change)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=message):
            self.renderer(scene).render(scene.initial_poses, replace(CAMERA, lens=lens))

    def test_another_thread_is_refused(self) -> None:
        scene = stage(box(1, (4, 0, 0)))
        renderer = self.renderer(scene)
        caught: list[BaseException] = []

        def draw() -> None:
            try:
                renderer.render(scene.initial_poses, CAMERA)
            except RenderError as error:
                caught.append(error)

        thread = threading.Thread(target=draw)
        thread.start()
        thread.join()
        assert len(caught) == 1
        assert "was made in another thread" in str(caught[0])
        assert renderer.render(scene.initial_poses, CAMERA).instance.any()

    def test_threads_draw_with_renderers_of_their_own(self) -> None:
        scene = busy_stage()
        here = self.renderer(scene).render(scene.initial_poses, CAMERA)
        frames: list[Frame] = []

        def draw() -> None:
            with self.create(scene) as renderer:
                frames.append(renderer.render(scene.initial_poses, CAMERA))

        threads = [threading.Thread(target=draw) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(frames) == 2
        assert all(same(frame, here) for frame in frames)

    def test_closing_twice_is_harmless_and_a_closed_one_says_so(self) -> None:
        scene = stage(box(1, (4, 0, 0)))
        renderer = self.renderer(scene)
        renderer.close()
        renderer.close()
        with pytest.raises(RenderError, match="is closed"):
            renderer.render(scene.initial_poses, CAMERA)
