"""The default renderer: one OpenGL pass gives colour, instance ids and depth, and one draw call draws everything."""

from typing import ClassVar

import moderngl
import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.errors import RenderError
from twin.geometry import FloatArray
from twin.lenses import Lens
from twin.rendering import lighting, opengl
from twin.rendering.base import Frame, Renderer
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.poses import PoseTracker
from twin.rendering.projection import camera_from_world, clip_from_camera, frustum_planes
from twin.rendering.quality import STANDARD, Quality
from twin.rendering.tessellation import SIDES, Triangles, silhouette_error
from twin.scene import Camera, Scene, pose_world_camera

PATTERNS = {"concrete": 1}
"""Numbers in ``raster.frag`` of the procedural textures it draws; other textures are their plain colour."""

_TOLERANCE = 0.1
"""px by which the outline of something round may fall short."""
_DETAIL_LIMITS = np.array([_TOLERANCE / silhouette_error(sides) for sides in SIDES[:-1]])
"""Radii in pixels above which the next level of detail is needed."""

_VERTEX = np.dtype([("position", "f4", 3), ("normal", "f4", 3), ("stretch", "f4")])
_GEOM = np.dtype(
    [
        ("position", "f4", 3),
        ("axes", "f4", (3, 3)),  # row k is the geom's axis k in the world
        ("scale", "f4", 3),
        ("half_length", "f4"),
        ("color", "f4", 4),
        ("tile", "f4"),
        ("pattern", "u4"),
        ("instance", "u4"),
    ]
)
_VERTEX_LAYOUT = ("3f 3f 1f", "vertex_position", "vertex_normal", "vertex_stretch")
_GEOM_LAYOUT = (
    "3f 3f 3f 3f 3f 1f 4f 1f 1u 1u/i",
    "geom_position",
    "geom_x",
    "geom_y",
    "geom_z",
    "geom_scale",
    "geom_half_length",
    "geom_color",
    "geom_tile",
    "geom_pattern",
    "geom_instance",
)


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
        self._records = _records(self._drawables)
        self._centers = np.zeros((len(self._records), 3), np.float32)
        self._radii = self._drawables.radius.astype(np.float32)
        self._lighting = _light_uniforms(lighting.Lighting.of(scene))
        self._commands, vertices, faces = _batch([mesh for levels in self._drawables.meshes for mesh in levels])
        levels = np.array([len(levels) for levels in self._drawables.meshes], dtype=np.intp)
        self._coarsest = (np.cumsum(levels) - levels)[self._drawables.mesh]
        with self._shared.gl as gl:
            self._vertices, self._faces = gl.buffer(vertices), gl.buffer(faces)
            self._instances = gl.buffer(reserve=max(1, self._records.nbytes), dynamic=True)
            self._indirect = gl.buffer(reserve=max(1, self._commands.nbytes), dynamic=True)
            self._array = gl.vertex_array(
                self._shared.program,
                [(self._vertices, *_VERTEX_LAYOUT), (self._instances, *_GEOM_LAYOUT)],
                self._faces,
            )

    @override
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        self._check_usable()
        self._move(poses)
        lens = camera.lens
        clip_from_world = clip_from_camera(lens) @ camera_from_world(pose_world_camera(self.scene, camera, poses))
        visible = self._visible(clip_from_world) if only is None else np.flatnonzero(self._drawables.instance == only)
        with self._shared.gl:
            target = self._shared.target(lens.width, lens.height)
            target.begin()
            if visible.size:
                self._draw_geoms(visible, lens, clip_from_world)
            self._shared.draw_background(self.scene.background)
            return target.read()

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
            for part in (self._array, self._vertices, self._faces, self._instances, self._indirect):
                part.release()

    def _check_usable(self) -> None:
        self._shared.owner.check("raster renderer")
        if self._closed:
            raise RenderError("the raster renderer is closed")

    def _move(self, poses: FloatArray) -> None:
        rows = self._tracker.moved(poses)
        if rows.size:
            positions, rotations = self._drawables.place(poses, rows)
            self._records["position"][rows] = self._centers[rows] = positions
            self._records["axes"][rows] = rotations.transpose(0, 2, 1)

    def _visible(self, clip_from_world: FloatArray) -> Rows:
        planes = frustum_planes(clip_from_world).astype(np.float32)
        distances = self._centers @ planes[:, :3].T + planes[:, 3]
        return np.flatnonzero(distances.min(axis=1) >= -self._radii)

    def _commands_of(self, visible: Rows, lens: Lens, clip_from_world: FloatArray) -> Rows:
        """The draw command of each visible geom: its mesh in the detail that its size in pixels needs."""
        along_axis = self._centers[visible] @ clip_from_world[3, :3] + clip_from_world[3, 3]
        nearest = np.maximum(along_axis - self._radii[visible], lens.near)
        pixels = self._drawables.curvature_radius[visible] * max(lens.fx, lens.fy) / nearest
        return self._coarsest[visible] + np.searchsorted(_DETAIL_LIMITS, pixels)

    def _draw_geoms(self, visible: Rows, lens: Lens, clip_from_world: FloatArray) -> None:
        commands = self._commands_of(visible, lens, clip_from_world)
        order = np.argsort(commands, kind="stable")
        counts = np.bincount(commands, minlength=len(self._commands))
        self._commands["instances"] = counts
        self._commands["first_instance"] = np.cumsum(counts) - counts
        self._instances.write(self._records[visible[order]])
        self._indirect.write(self._commands)
        program = self._shared.program
        opengl.set_uniform(program, "clip_from_world", clip_from_world)
        for name, value in self._lighting.items():
            opengl.set_uniform(program, name, value)
        self._array.render_indirect(self._indirect, moderngl.TRIANGLES, len(self._commands))


_COMMAND = np.dtype(
    [("indices", "u4"), ("instances", "u4"), ("first_index", "u4"), ("base_vertex", "i4"), ("first_instance", "u4")]
)  # fixed by glMultiDrawElementsIndirect


def _batch(meshes: list[Triangles]) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void], npt.NDArray[np.uint32]]:
    """All meshes in one vertex and one index buffer, with a draw command for each."""
    commands = np.zeros(len(meshes), _COMMAND)
    commands["indices"] = [mesh.faces.size for mesh in meshes]
    commands["first_index"] = np.cumsum(commands["indices"]) - commands["indices"]
    sizes = np.array([len(mesh.positions) for mesh in meshes], dtype=np.int64)
    commands["base_vertex"] = np.cumsum(sizes) - sizes
    vertices = np.zeros(max(1, int(sizes.sum())), _VERTEX)
    for mesh, start, size in zip(meshes, commands["base_vertex"], sizes, strict=True):
        part = vertices[start : start + size]
        part["position"], part["normal"], part["stretch"] = mesh.positions, mesh.normals, mesh.stretch
    faces = [np.zeros(3, np.uint32), *(mesh.faces.ravel() for mesh in meshes)]
    return commands, vertices, np.concatenate(faces[1:] or faces)


def _records(drawables: Drawables) -> npt.NDArray[np.void]:
    records = np.zeros(len(drawables.geoms), _GEOM)
    records["scale"], records["half_length"] = drawables.scale, drawables.half_length
    records["color"][:, :3] = drawables.colors()
    records["color"][:, 3] = [material.emission for material in drawables.materials]
    records["tile"] = [material.texture_size for material in drawables.materials]
    records["pattern"] = [PATTERNS.get(material.texture, 0) for material in drawables.materials]
    records["instance"] = drawables.instance
    return records


def _light_uniforms(light: lighting.Lighting) -> dict[str, npt.ArrayLike]:
    towards, colors = np.zeros((2, lighting.MAX_LIGHTS, 3), np.float32)
    towards[: len(light.towards)], colors[: len(light.colors)] = light.towards, light.colors
    return {
        "light_towards": towards,
        "light_color": colors,
        "sky": lighting.SKY,
        "ground": lighting.GROUND,
    }
