"""All geoms of a scene on the GPU: their meshes once, and a record for each geom that is drawn."""

from typing import Any

import moderngl
import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.tessellation import SIDES, Triangles, silhouette_error

_TOLERANCE = 0.1
"""px by which the outline of something round may fall short."""
_DETAIL_LIMITS = np.array([_TOLERANCE / silhouette_error(sides) for sides in SIDES[:-1]])
"""Radii in pixels above which the next level of detail is needed."""

_VERTEX = np.dtype([("position", "f4", 3), ("normal", "f4", 3), ("shape", "f4", 3)])
_GEOM = np.dtype(
    [
        ("position", "f4", 3),
        ("layer", "f4"),
        ("axes", "f4", (3, 3)),  # row k is the geom's axis k in the world
        ("scale", "f4", 3),
        ("half_length", "f4"),
        ("color", "f4", 3),
        ("emission", "f4"),
        ("tile", "f4", 3),
        ("gloss", "f4"),
        ("middle", "f4", 3),
        ("instance", "u4"),
    ]
)
_VERTEX_LAYOUT = ("3f 3f 3f", "vertex_position", "vertex_normal", "vertex_shape")
_GEOM_LAYOUT = (
    "4f 3f 3f 3f 4f 4f 4f 3f 1u/i",
    "geom_position",
    "geom_x",
    "geom_y",
    "geom_z",
    "geom_scale",
    "geom_color",
    "geom_tile",
    "geom_middle",
    "geom_instance",
)
_COMMAND = np.dtype(
    [("indices", "u4"), ("instances", "u4"), ("first_index", "u4"), ("base_vertex", "i4"), ("first_instance", "u4")]
)  # fixed by glMultiDrawElementsIndirect


class Batch:
    """One draw call draws any choice of geoms, each in the detail that its size in the image needs."""

    def __init__(self, gl: moderngl.Context, drawables: Drawables, layers: npt.NDArray[np.float32]) -> None:
        """``layers`` (n,): where each geom's texture is in the array of textures, below 0 for none."""
        self._drawables = drawables
        self._records = _records(drawables, layers)
        self.centers = np.zeros((len(self._records), 3), np.float32)
        self.radii = drawables.radius.astype(np.float32)
        self._curvature = drawables.curvature_radius.astype(np.float32)
        self._round = bool(self._curvature.any())
        self._commands, vertices, faces = _meshes([mesh for levels in drawables.meshes for mesh in levels])
        levels = np.array([len(levels) for levels in drawables.meshes], dtype=np.intp)
        self._coarsest = (np.cumsum(levels) - levels)[drawables.mesh]
        self._gl = gl
        self._vertices, self._faces = gl.buffer(vertices), gl.buffer(faces)
        self._instances = gl.buffer(reserve=max(1, self._records.nbytes), dynamic=True)
        self._indirect = gl.buffer(reserve=max(1, self._commands.nbytes), dynamic=True)
        self._arrays: dict[int, moderngl.VertexArray] = {}

    def place(self, poses: FloatArray, rows: Rows) -> None:
        """Move the geoms in ``rows`` to where the poses of their bodies put them."""
        positions, rotations = self._drawables.place(poses, rows)
        self._records["position"][rows] = self.centers[rows] = positions
        self._records["axes"][rows] = rotations.transpose(0, 2, 1)

    def extent(self, rows: Rows) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest corner (3,) in the world of the boxes of the geoms in ``rows``, at least one."""
        low, high = (bound[rows] for bound in self._drawables.bounds)
        axes = self._records["axes"][rows].astype(np.float64)
        middle = self.centers[rows] + np.einsum("nka,nk->na", axes, (low + high) / 2)
        half = np.einsum("nka,nk->na", np.abs(axes), (high - low) / 2)
        return (middle - half).min(axis=0), (middle + half).max(axis=0)

    def draw(self, program: moderngl.Program, rows: Rows, pixels: npt.NDArray[np.float32]) -> None:
        """Draw the geoms in ``rows`` with a program; ``pixels`` (rows,): how many a metre has at each of them."""
        if not rows.size:
            return
        commands = self._coarsest[rows]
        if self._round:
            commands = commands + np.searchsorted(_DETAIL_LIMITS, self._curvature[rows] * pixels)
        order = np.argsort(commands, kind="stable")
        counts = np.bincount(commands, minlength=len(self._commands))
        used = np.flatnonzero(counts)  # drivers take their time over commands that draw nothing
        chosen, counts = self._commands[used], counts[used]
        chosen["instances"] = counts
        chosen["first_instance"] = np.cumsum(counts) - counts
        self._instances.write(self._records[rows[order]])
        self._indirect.write(chosen)
        self._array(program).render_indirect(self._indirect, moderngl.TRIANGLES, len(chosen))

    def release(self) -> None:
        """Free its memory."""
        for array in self._arrays.values():
            array.release()
        for buffer in (self._vertices, self._faces, self._instances, self._indirect):
            buffer.release()

    def _array(self, program: moderngl.Program) -> moderngl.VertexArray:
        array = self._arrays.get(program.glo)
        if array is None:
            content: Any = [(self._vertices, *_VERTEX_LAYOUT), (self._instances, *_GEOM_LAYOUT)]
            # Programs that do not look at something have no place for it.
            array = self._gl.vertex_array(program, content, self._faces, skip_errors=True)
            self._arrays[program.glo] = array
        return array


def _meshes(meshes: list[Triangles]) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void], npt.NDArray[np.uint32]]:
    """All meshes in one vertex and one index buffer, with a draw command for each."""
    welded = [_welded(mesh) for mesh in meshes]
    commands = np.zeros(len(meshes), _COMMAND)
    commands["indices"] = [faces.size for _, faces in welded]
    commands["first_index"] = np.cumsum(commands["indices"]) - commands["indices"]
    sizes = np.array([len(vertices) for vertices, _ in welded], dtype=np.int64)
    commands["base_vertex"] = np.cumsum(sizes) - sizes
    vertices = np.concatenate([vertices for vertices, _ in welded] or [np.zeros((1, 9), np.float32)])
    faces = np.concatenate([faces for _, faces in welded] or [np.zeros(3, np.uint32)])
    return commands, vertices.view(_VERTEX), faces


@per_object
def _welded(mesh: Triangles) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint32]]:
    """Vertices (n, 9) and indices; corners that are alike become one vertex, which is then transformed once."""
    shape = np.stack([mesh.stretch, mesh.turn, mesh.side], axis=-1)
    corners = np.concatenate([mesh.positions, mesh.normals, shape], axis=1)
    vertices, index = np.unique(corners, axis=0, return_inverse=True)
    return np.ascontiguousarray(vertices, np.float32), index.ravel()[mesh.faces.ravel()].astype(np.uint32)


def _records(drawables: Drawables, layers: npt.NDArray[np.float32]) -> npt.NDArray[np.void]:
    records = np.zeros(len(drawables.geoms), _GEOM)
    records["scale"], records["half_length"] = drawables.scale, drawables.half_length
    records["color"] = drawables.colors(textured=bool((layers >= 0).any()))
    records["emission"] = [material.emission for material in drawables.materials]
    records["gloss"] = [1 - material.roughness for material in drawables.materials]
    records["layer"] = layers
    size = np.array([material.texture_size for material in drawables.materials]).reshape(-1, 1)
    low, high = drawables.bounds
    with np.errstate(divide="ignore"):
        records["tile"] = np.where(size > 0, 1 / size, 1 / np.maximum(high - low, 1e-6))
    records["middle"] = np.where(size > 0, 0, (low + high) / 2)
    records["instance"] = drawables.instance
    return records
