"""The renderer that needs no OpenGL and no system library: one Embree ray a pixel, shaded by ourselves.

Embree (Apache-2.0) comes inside the wheel of ``embreex`` (MIT), also for Pythons that PyBullet's TinyRenderer has no
wheels for; its depths are exact and its ids have no limit of bits. It draws the triangles of ``raster`` with the same
light, so a machine without OpenGL sees the same world; only textures are missing.
"""

from importlib.metadata import version
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.errors import RenderError
from twin.geometry import FloatArray, matrix_from_quaternion
from twin.lenses import pixel_rays
from twin.rendering.base import Frame, Renderer
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.lighting import Lighting, dimmed
from twin.rendering.ownership import Owner
from twin.rendering.poses import PoseTracker
from twin.rendering.projection import check
from twin.rendering.quality import STANDARD, Quality
from twin.rendering.ray_tree import Hits, Tree, WorldTriangles
from twin.scene import Camera, Scene, pose_world_camera


class RayRenderer(Renderer):
    """Two trees: what has never moved since the first frame, built once, and the rest, built again when it moves."""

    name: ClassVar[str] = "rays"

    @override
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        self.scene, self.quality = scene, quality
        self._owner = Owner.current()
        self._closed = False
        self._drawables = Drawables.of(scene)
        self._tracker = PoseTracker(scene, self._drawables.body)
        self._triangles = WorldTriangles(self._drawables)
        self._mobile = np.zeros(len(self._drawables.geoms), dtype=bool)
        self._trees: tuple[Tree, ...] = ()
        self._light(scene)
        self._colors = self._drawables.colors(textured=False)
        self._emission = np.array([m.emission for m in self._drawables.materials], dtype=np.float32)

    @override
    def _light(self, lit: Scene) -> None:
        self._lighting = Lighting.of(lit)

    @override
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        self._owner.check("ray renderer")
        if self._closed:
            raise RenderError("the ray renderer is closed")
        lens = camera.lens
        check(lens)
        rays = pixel_rays(lens).reshape(-1, 3)
        self._move(poses, self._tracker.moved(poses))
        pose = pose_world_camera(self.scene, camera, poses)
        directions = (rays @ matrix_from_quaternion(pose[3:]).T).astype(np.float32)
        hits = Hits.none(len(directions))
        trees = self._trees if only is None else (self._tree_of(only),)
        for tree in trees:
            hits = hits.nearest(tree.trace(pose[:3], directions, lens.near))
        return self._frame(hits, (lens.height, lens.width), lens.far)

    @override
    def describe(self) -> str:
        return f"rays: Embree through embreex {version('embreex')}, on the CPU"

    @override
    def close(self) -> None:
        self._closed = True
        self._trees = ()

    def _move(self, poses: FloatArray, moved: Rows) -> None:
        if not moved.size:
            return
        self._triangles.place(poses, moved)
        first = not self._trees
        fixed = self._trees[0] if self._trees else Tree(self._triangles, np.arange(len(self._mobile)))
        if not first and not self._mobile[moved].all():
            self._mobile[moved] = True
            fixed = Tree(self._triangles, np.flatnonzero(~self._mobile))
        self._trees = (fixed, Tree(self._triangles, np.flatnonzero(self._mobile)))

    def _tree_of(self, instance: int) -> Tree:
        return Tree(self._triangles, np.flatnonzero(self._drawables.instance == instance))

    def _frame(self, hits: Hits, shape: tuple[int, int], far: float) -> Frame:
        seen = (hits.geom >= 0) & (hits.depth <= far)
        geom = hits.geom[seen]
        rgb = np.empty((len(seen), 3), np.uint8)
        rgb[:] = _bytes(dimmed(self._lighting.ambient) * np.array(self.scene.background))
        rgb[seen] = _bytes(self._lighting.shade(self._colors[geom], hits.normal[seen], self._emission[geom]))
        instance = np.zeros(len(seen), np.uint16)
        instance[seen] = self._drawables.instance[geom]
        depth = np.where(seen, hits.depth, 0).astype(np.float32)
        return Frame(rgb.reshape(*shape, 3), depth.reshape(shape), instance.reshape(shape))


def _bytes(colors: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    return np.round(255 * np.clip(colors, 0, 1)).astype(np.uint8)
