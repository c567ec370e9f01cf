"""MuJoCo's own OpenGL renderer on the same scenes: the reference that ``raster`` is held against.

Its model holds every visible geom as a static one and each frame writes their poses over it, so it draws the poses of
any physics engine. ``fast`` and ``standard`` are settings that make ``mjr_render`` fast without changing what is where:
no shadows, no reflections, no textures. ``full`` has all of them, and draws the picture with several samples a pixel;
ids and depth never have them (a mean of two ids would be a third one).
"""

import os
import sys
from typing import Any, ClassVar

import mujoco
import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.errors import RenderError
from twin.geometry import FloatArray, compose, matrix_from_quaternion
from twin.lenses import Lens
from twin.rendering import classic_model
from twin.rendering.base import Frame, Renderer
from twin.rendering.drawables import Drawables
from twin.rendering.lighting import dimmed
from twin.rendering.ownership import Owner
from twin.rendering.poses import PoseTracker
from twin.rendering.projection import check
from twin.rendering.quality import STANDARD, Quality
from twin.scene import Camera, Scene, pose_world_camera

_SAMPLES = 4
"""Of each pixel of the full profile's picture, each of its own colour."""


class ClassicRenderer(Renderer):
    """Two passes: colours, then ids and depth."""

    name: ClassVar[str] = "classic"

    @override
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        self.scene, self.quality = scene, quality
        self._owner = Owner.current()
        self._drawables = Drawables.of(scene)
        self._full = quality.ambient_occlusion
        self._context: Any = None
        self._light(scene)

    @override
    def _light(self, lit: Scene) -> None:
        self.close()  # its lights are part of the model, which is what everything below is made of
        self._tracker = PoseTracker(lit, self._drawables.body)
        self._gl = _open()
        self._background = dimmed(lit.ambient) * np.array(lit.background)
        self._model = classic_model.model(lit, self._drawables, self.quality, full=self._full)
        self._data = mujoco.MjData(self._model)
        mujoco.mj_forward(self._model, self._data)  # places the lights
        self._offsets = np.concatenate([self._model.geom_pos, self._model.geom_quat], axis=1)
        self._gl.make_current()
        self._context = self._offscreen(samples=0)
        self._picture = self._offscreen(_SAMPLES) if self._full else self._context
        self._buffer = (self._context.offWidth, self._context.offHeight)
        self._view = mujoco.MjvScene(self._model, maxgeom=self._model.ngeom + 1)
        self._set_flags(mujoco.mjtRndFlag.mjRND_CULL_FACE)
        self._option, self._camera = mujoco.MjvOption(), mujoco.MjvCamera()
        self._only: int | None = None
        self._instances: npt.NDArray[np.uint16] | None = None

    @override
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        self._owner.check("classic renderer")
        if self._context is None:
            raise RenderError("the classic renderer is closed")
        check(camera.lens)
        self._gl.make_current()
        self._fit(camera.lens)
        self._move(poses)
        self._choose(only)
        self._look(pose_world_camera(self.scene, camera, poses), camera.lens)
        rect = mujoco.MjrRect(0, 0, camera.lens.width, camera.lens.height)
        rgb = self._colors(rect)
        depth, instance = self._labels(rect, camera.lens)
        rgb[depth == 0] = np.round(255 * self._background)
        flip = np.ascontiguousarray
        return Frame(flip(rgb[::-1]), flip(depth[::-1]), flip(instance[::-1]))

    @override
    def describe(self) -> str:
        return f"classic: MuJoCo {mujoco.__version__}'s OpenGL renderer"

    @override
    def close(self) -> None:
        if self._context is None:
            return
        self._owner.check("classic renderer")
        self._gl.make_current()
        for context in {id(c): c for c in (self._context, self._picture)}.values():
            context.free()
        self._context = self._picture = None
        self._gl.free()

    def _offscreen(self, samples: int) -> Any:
        self._model.vis.quality.offsamples = samples
        context: Any = mujoco.MjrContext(self._model, mujoco.mjtFontScale.mjFONTSCALE_100.value)
        context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, context)
        return context

    def _set_flags(self, *flags: mujoco.mjtRndFlag) -> None:
        self._view.flags[:] = False
        self._view.flags[[flag.value for flag in flags]] = True

    def _fit(self, lens: Lens) -> None:
        width, height = (max(pair) for pair in zip(self._buffer, (lens.width, lens.height), strict=True))
        if (width, height) != self._buffer:
            for context in {id(c): c for c in (self._context, self._picture)}.values():
                mujoco.mjr_resizeOffscreen(width, height, context)
            self._buffer = (width, height)

    def _move(self, poses: FloatArray) -> None:
        rows = self._tracker.moved(poses)
        if rows.size:
            placed = compose(
                compose(poses[self._drawables.body[rows]], self._drawables.pose[rows]), self._offsets[rows]
            )
            self._data.geom_xpos[rows] = placed[:, :3]
            self._data.geom_xmat[rows] = matrix_from_quaternion(placed[:, 3:]).reshape(-1, 9)

    def _choose(self, only: int | None) -> None:
        if only != self._only:
            # What is wholly transparent is left out, and so the others get other numbers.
            self._model.geom_rgba[:, 3] = 1 if only is None else self._drawables.instance == only
            self._only, self._instances = only, None

    def _look(self, pose: FloatArray, lens: Lens) -> None:
        mujoco.mjv_updateScene(
            self._model, self._data, self._option, None, self._camera, mujoco.mjtCatBit.mjCAT_ALL.value, self._view
        )
        if self._instances is None:
            self._instances = np.zeros(self._view.ngeom + 1, np.uint16)
            for geom in self._view.geoms[: self._view.ngeom]:
                self._instances[geom.segid + 1] = self._drawables.instance[geom.objid]
        axes = matrix_from_quaternion(pose[3:]).T
        left, right = -(lens.cx + 0.5) / lens.fx, (lens.width - 0.5 - lens.cx) / lens.fx
        top, bottom = (lens.cy + 0.5) / lens.fy, -(lens.height - 0.5 - lens.cy) / lens.fy
        for eye in self._view.camera:
            eye.pos, eye.forward, eye.up = pose[:3], axes[2], -axes[1]
            eye.frustum_near, eye.frustum_far = lens.near, lens.far
            eye.frustum_center = lens.near * (left + right) / 2
            eye.frustum_width = lens.near * (right - left) / 2
            eye.frustum_top, eye.frustum_bottom = lens.near * top, lens.near * bottom

    def _colors(self, rect: mujoco.MjrRect) -> npt.NDArray[np.uint8]:
        rgb = np.empty((rect.height, rect.width, 3), np.uint8)
        flags = mujoco.mjtRndFlag
        extra = (flags.mjRND_SHADOW, flags.mjRND_REFLECTION) if self._full else ()
        self._set_flags(flags.mjRND_CULL_FACE, *extra)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self._picture)
        mujoco.mjr_render(rect, self._view, self._picture)
        mujoco.mjr_readPixels(rgb, None, rect, self._picture)
        return rgb

    def _labels(self, rect: mujoco.MjrRect, lens: Lens) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint16]]:
        colors = np.empty((rect.height, rect.width, 3), np.uint8)
        inverse = np.empty((rect.height, rect.width), np.float32)
        flags = mujoco.mjtRndFlag
        self._set_flags(flags.mjRND_CULL_FACE, flags.mjRND_SEGMENT, flags.mjRND_IDCOLOR)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self._context)
        mujoco.mjr_render(rect, self._view, self._context)
        mujoco.mjr_readPixels(colors, inverse, rect, self._context)
        assert self._instances is not None
        instance = self._instances[colors.astype(np.int64) @ (1, 1 << 8, 1 << 16)]
        # The buffer holds 1 at near and 0 at far, linear in the inverse of the distance.
        depth = lens.far * lens.near / (inverse.astype(np.float64) * (lens.far - lens.near) + lens.near)
        return np.where(inverse > 0, depth, 0).astype(np.float32), instance


def _open() -> Any:
    # MuJoCo decides by MUJOCO_GL when it is first imported, which may have happened without it.
    backend = os.environ.setdefault("MUJOCO_GL", "egl" if sys.platform == "linux" else "")
    try:
        if backend == "egl":
            from mujoco.egl import GLContext
        else:
            from mujoco.gl_context import GLContext
        return GLContext(64, 64)
    except Exception as error:  # each platform has its own kinds
        raise RenderError(f"the classic renderer needs OpenGL: {error}") from error
