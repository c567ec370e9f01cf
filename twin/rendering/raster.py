"""The default renderer: one OpenGL pass gives colour, instance ids and depth, and one draw call draws everything.

Profiles that light each pixel do so in a second pass over the finished image, so that what is hidden costs nothing.
"""

from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.errors import RenderError
from twin.geometry import FloatArray, matrix_from_quaternion
from twin.lenses import Lens
from twin.rendering import opengl
from twin.rendering.base import Frame, Renderer
from twin.rendering.batch import Batch
from twin.rendering.culling import Culler
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.grain import FINE_LENS
from twin.rendering.lighting import Lighting, dimmed
from twin.rendering.poses import PoseTracker
from twin.rendering.projection import clip_from_camera, frustum_planes
from twin.rendering.quality import STANDARD, Quality
from twin.rendering.shadow_maps import DepthMap, ShadowMaps
from twin.rendering.targets import Target
from twin.rendering.view_block import ViewBlock
from twin.scene import Camera, Scene, Shape, pose_world_camera

_ROOF = 2.0
"""m between the highest thing and the roof behind everything."""
_LOWEST_ROOF = 6.0
"""m"""


class RasterRenderer(Renderer):
    """Instanced meshes, culled against the camera's frustum and range; only bodies that moved are placed again."""

    name: ClassVar[str] = "raster"

    @override
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        self.scene, self.quality = scene, quality
        self._shared = opengl.shared()
        self._shared.collect()
        self._closed = False
        self._drawables = Drawables.of(scene)
        self._tracker = PoseTracker(scene, self._drawables.body)
        self._culler = Culler(self._drawables.may_move)
        self._view = ViewBlock(_roof(scene, self._drawables), quality.ambient_occlusion)
        with self._shared.gl as gl:
            self._batch = Batch(gl, self._drawables, self._layers())
        self._shadows: ShadowMaps | None = None
        self._light(scene)

    @override
    def _light(self, lit: Scene) -> None:
        quality = self.quality
        light = Lighting.of(lit, quality.local_lights)
        background = dimmed(lit.ambient) * np.array(lit.background)
        self._view.light(light, background, quality.per_pixel)
        wanted = {
            "OCCLUSION": quality.ambient_occlusion,
            f"LAMPS {_rounded(len(light.lamps))}": bool(light.lamps),
            "SOFT_SHADOWS": quality.shadow_looks > 1,
        }
        self._features = frozenset(name for name, used in wanted.items() if used)
        with self._shared.gl as gl:
            if self._shadows is not None:
                self._shadows.release()
                self._shadows = None
            if quality.shadow_size and light.caster:
                self._shadows = ShadowMaps(gl, light.caster, quality.shadow_size, self._drawables, self._batch)

    @override
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        self._shared.owner.check("raster renderer")
        if self._closed:
            raise RenderError("the raster renderer is closed")
        lens = camera.lens
        clip = clip_from_camera(lens)
        with self._shared.gl:
            self._move(poses)
            pose = pose_world_camera(self.scene, camera, poses)
            axes = matrix_from_quaternion(pose[3:])
            clip_from_world = np.empty((4, 4))
            clip_from_world[:, :3] = clip[:, :3] @ axes.T
            clip_from_world[:, 3] = clip[:, 3] - clip_from_world[:, :3] @ pose[:3]
            planes = frustum_planes(clip_from_world).astype(np.float32)
            rows = self._seen(planes, only)
            self._view.look(clip_from_world, _finer(lens, self.quality.supersampling), pose[:3], axes)
            if not self.quality.per_pixel:
                self._shared.set_view(self._view)
                return self._surfaces(rows, lens, clip_from_world[3], 1, per_pixel=False).read()
            return self._lit(rows, lens, clip_from_world[3], self._cast(pose[:3], lens.far, planes, only))

    @override
    def describe(self) -> str:
        return f"raster: {self._shared.describe()}"

    @override
    def close(self) -> None:
        if self._closed:
            return
        self._shared.owner.check("raster renderer")
        self._closed = True
        with self._shared.gl:
            self._batch.release()
            if self._shadows is not None:
                self._shadows.release()

    def _layers(self) -> npt.NDArray[np.float32]:
        names = [m.texture if self.quality.textures else "" for m in self._drawables.materials]
        return self._shared.textures.layers(names)

    def _move(self, poses: FloatArray) -> None:
        rows = self._tracker.moved(poses)
        if rows.size:
            self._batch.place(poses, rows)
            if self._culler.placed(rows) and self._shadows is not None:
                self._shadows.forget()

    def _seen(self, planes: npt.NDArray[np.float32], only: int | None) -> Rows:
        if only is not None:
            return np.flatnonzero(self._drawables.instance == only)
        return self._culler.visible(planes, self._batch.centers, self._batch.radii)

    def _cast(
        self, eye: FloatArray, far: float, planes: npt.NDArray[np.float32], only: int | None
    ) -> tuple[DepthMap, DepthMap] | None:
        """The shadow maps, and the view that tells of them; what is drawn alone gets no shadow of anything."""
        if self._shadows is None or only is not None:
            self._view.shadow(None, 1.0, 1, 0, moving=False)
            self._shared.set_view(self._view)
            return None
        view = self._shadows.view(eye, far)
        moving = self._shadows.moving_casters(view, planes)
        texels, looks = self._shadows.size, self.quality.shadow_looks
        self._view.shadow(view.matrix, view.width / texels, texels, looks, bool(moving.size))
        self._shared.set_view(self._view)
        return self._shadows.draw(self._shared.programs.shadow, view, moving)

    def _surfaces(self, rows: Rows, lens: Lens, depth_axis: FloatArray, scale: int, per_pixel: bool) -> Target:
        """Draw what there is, ``scale`` times as large as the lens says."""
        target = self._shared.target(scale * lens.width, scale * lens.height, per_pixel)
        target.begin()
        along = self._batch.centers[rows] @ depth_axis[:3] + depth_axis[3]
        nearest = np.maximum(along - self._batch.radii[rows], lens.near)
        programs = self._shared.programs
        pixels = (scale * max(lens.fx, lens.fy) / nearest).astype(np.float32)
        fine = scale * lens.fy >= FINE_LENS
        surface = programs.surface_grained if fine else programs.surface
        self._batch.draw(surface if per_pixel else programs.lit, rows, pixels)
        self._shared.draw_background(per_pixel)
        return target

    def _lit(self, rows: Rows, lens: Lens, depth_axis: FloatArray, maps: tuple[DepthMap, DepthMap] | None) -> Frame:
        scale = self.quality.supersampling
        self._shared.textures.use(opengl.LOCATIONS["textures"], smooth=self.quality.ambient_occlusion)
        self._shared.grain.use(opengl.LOCATIONS["grain"])
        picture = self._surfaces(rows, lens, depth_axis, scale, per_pixel=True)
        self._shared.draw_picture(picture, maps, self._features)
        if scale == 1:
            return picture.read()
        fine = picture.read_picture()
        labels = self._surfaces(rows, lens, depth_axis, 1, per_pixel=False).read()
        rgb = cv2.resize(fine, (lens.width, lens.height), interpolation=cv2.INTER_AREA)  # the mean of each block
        return Frame(np.asarray(rgb, np.uint8), labels.depth, labels.instance)


def _rounded(lamps: int) -> int:
    """The next power of two: few numbers to compile for."""
    return 1 << (lamps - 1).bit_length()


def _finer(lens: Lens, scale: int) -> Lens:
    return lens if scale == 1 else lens.resized(scale * lens.width, scale * lens.height)


def _roof(scene: Scene, drawables: Drawables) -> float:
    tops = [
        scene.initial_poses[body, 2] + pose[2] + radius
        for body, pose, radius, geom in zip(
            drawables.body, drawables.pose, drawables.radius, drawables.geoms, strict=True
        )
        if geom.shape is not Shape.PLANE
    ]
    return max([_LOWEST_ROOF, *(float(top) + _ROOF for top in tops)])
