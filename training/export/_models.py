"""Triangle models of the objects of scenes, each shape once however many objects have it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from training.export._selection import Selection
from twin.geometry import FloatArray, compose, inverse, rotate, transform_points
from twin.rendering.drawables import Drawables
from twin.scene import Instance, Scene

MILLIMETRES = 1000.0
_VERTEX = np.dtype(
    [("place", "<f4", 3), ("normal", "<f4", 3), ("color", "u1", 3)],
)
_FACE = np.dtype([("count", "u1"), ("corners", "<i4", 3)])


@dataclass(frozen=True, slots=True)
class Model:
    """What is drawn of an object, in its body's frame; what is jointed to it stands as at time 0."""

    class_name: str
    vertices: FloatArray  # (n, 3) m
    normals: FloatArray  # (n, 3)
    colors: npt.NDArray[np.uint8]  # (n, 3) sRGB
    faces: npt.NDArray[np.int32]  # (m, 3) counter-clockwise seen from outside

    def digest(self) -> str:
        """Of everything; equal for objects of the same make."""
        rounded = np.round(self.vertices, 6) + 0.0  # no -0
        parts = (rounded, self.colors, self.faces)
        return hashlib.sha256(self.class_name.encode() + b"".join(part.tobytes() for part in parts)).hexdigest()

    def info(self) -> dict[str, float]:
        """Diameter and extents in millimetres, by BOP's names."""
        points = self.vertices * MILLIMETRES
        low, size = points.min(axis=0), np.ptp(points, axis=0)
        extents = {f"min_{axis}": float(v) for axis, v in zip("xyz", low, strict=True)}
        sizes = {f"size_{axis}": float(v) for axis, v in zip("xyz", size, strict=True)}
        return {"diameter": _diameter(points), **extents, **sizes}

    def write(self, path: Path) -> None:
        """A binary PLY file in millimetres (http://paulbourke.net/dataformats/ply)."""
        vertices = np.zeros(len(self.vertices), _VERTEX)
        vertices["place"], vertices["normal"] = self.vertices * MILLIMETRES, self.normals
        vertices["color"] = self.colors
        faces = np.zeros(len(self.faces), _FACE)
        faces["count"], faces["corners"] = 3, self.faces
        floats = "".join(f"property float {name}\n" for name in ("x", "y", "z", "nx", "ny", "nz"))
        bytes_ = "".join(f"property uchar {name}\n" for name in ("red", "green", "blue"))
        head = (
            f"ply\nformat binary_little_endian 1.0\nelement vertex {len(vertices)}\n{floats}{bytes_}"
            f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
        )
        path.write_bytes(head.encode("ascii") + vertices.tobytes() + faces.tobytes())


def _diameter(points: FloatArray) -> float:
    """The largest distance between two points."""
    unique = np.unique(points, axis=0)
    if np.linalg.matrix_rank(unique - unique[0], tol=1e-6) == 3:
        unique = unique[ConvexHull(unique).vertices]
    return float(pdist(unique).max()) if len(unique) > 1 else 0.0


class Catalogue:
    """Every model of the chosen classes in the scenes of a selection, numbered from 1."""

    def __init__(self, selection: Selection) -> None:
        self.models: list[Model] = []
        self.number: dict[str, dict[int, int]] = {}
        """Scene digest -> instance id -> number of its model."""
        known: dict[str, int] = {}
        for split in selection.splits:
            for k, rows in selection.episodes(split):
                if rows.record.scene not in self.number:
                    found = models_of(selection.dataset.scene(k), selection.category)
                    self.number[rows.record.scene] = {i: self._place(model, known) for i, model in found.items()}

    def _place(self, model: Model, known: dict[str, int]) -> int:
        number = known.setdefault(model.digest(), len(self.models) + 1)
        if number > len(self.models):
            self.models.append(model)
        return number


def models_of(scene: Scene, classes: Mapping[str, int]) -> dict[int, Model]:
    """A model for each object of these classes that is drawn at all, by its id."""
    drawables = Drawables.of(scene)
    found = {}
    for instance in scene.instances:
        rows = np.flatnonzero(drawables.instance == instance.id)
        if instance.class_name in classes and len(rows):
            found[instance.id] = _model(scene, instance, drawables, rows)
    return found


def _model(scene: Scene, instance: Instance, drawables: Drawables, rows: npt.NDArray[np.intp]) -> Model:
    home = inverse(scene.initial_poses[scene.body_index[instance.body]])
    vertices, normals, colors, faces, count = [], [], [], [], 0
    for row in rows:
        shape = drawables.meshes[drawables.mesh[row]][-1]
        pose = compose(home, compose(scene.initial_poses[drawables.body[row]], drawables.pose[row]))
        scale = drawables.scale[row]
        along = np.array([0.0, 0.0, 1.0]) * drawables.half_length[row]
        vertices.append(transform_points(pose, shape.positions * scale + shape.stretch[:, None] * along))
        normal = rotate(pose[3:], shape.normals / scale)
        normals.append(normal / np.linalg.norm(normal, axis=1, keepdims=True))
        color = np.round(np.array(drawables.materials[row].color) * 255).astype(np.uint8)
        colors.append(np.tile(color, (len(shape.positions), 1)))
        faces.append(shape.faces.astype(np.int32) + count)
        count += len(shape.positions)
    return Model(
        instance.class_name,
        np.concatenate(vertices),
        np.concatenate(normals),
        np.concatenate(colors),
        np.concatenate(faces),
    )
