"""The visible geoms of a scene's objects as arrays, made once for each scene object."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.labels._objects import object_table
from twin.labels.audit._kernels import BOX, CAPSULE, CYLINDER, MESH, PLANE, SPHERE
from twin.per_object import per_object
from twin.scene import Geom, Scene, Shape

Ints: TypeAlias = npt.NDArray[np.int64]

_CODES = {
    Shape.BOX: BOX,
    Shape.SPHERE: SPHERE,
    Shape.CYLINDER: CYLINDER,
    Shape.CAPSULE: CAPSULE,
    Shape.PLANE: PLANE,
    Shape.MESH: MESH,
}


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Geoms of one object side by side, objects by their rows in the object table."""

    first: Ints  # (objects + 1,)
    code: Ints  # (n,)
    body: Ints  # (n,) rows of scene.bodies
    local: FloatArray  # (n, 7) pose in the body
    size: FloatArray  # (n, 3)
    reach: FloatArray  # (n,) m, of a sphere about the geom's origin that holds it
    triangles: FloatArray  # (m, 3, 3) corners in the geom's frame
    first_triangle: Ints  # (n + 1,)

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """What the compiled loop takes."""
        return (
            self.first,
            self.code,
            self.body,
            self.local,
            self.size,
            self.reach,
            self.triangles,
            self.first_triangle,
        )


@per_object
def surfaces(scene: Scene) -> Surfaces:
    """The surfaces of a scene, made at first use."""
    row_of_id = object_table(scene).row_of_id
    found = [
        (int(row_of_id[body.instance]), index, geom)
        for index, body in enumerate(scene.bodies)
        if body.instance
        for geom in body.geoms
        if geom.visible
    ]
    found.sort(key=lambda entry: entry[0])
    geoms = [geom for _, _, geom in found]
    triangles = [_triangles(scene, geom) for geom in geoms]
    counts = np.bincount([row for row, _, _ in found], minlength=len(scene.instances))
    return Surfaces(
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        code=np.array([_CODES[geom.shape] for geom in geoms], dtype=np.int64),
        body=np.array([index for _, index, _ in found], dtype=np.int64),
        local=np.array([geom.pose.array() for geom in geoms]).reshape(-1, 7),
        size=np.array([geom.size for geom in geoms], dtype=np.float64).reshape(-1, 3),
        reach=np.array([_reach(geom, t) for geom, t in zip(geoms, triangles, strict=True)]),
        triangles=np.concatenate([np.zeros((0, 3, 3)), *triangles]),
        first_triangle=np.concatenate([[0], np.cumsum([len(t) for t in triangles])]).astype(np.int64),
    )


def _triangles(scene: Scene, geom: Geom) -> FloatArray:
    if geom.shape is not Shape.MESH:
        return np.zeros((0, 3, 3))
    mesh = next(m for m in scene.meshes if m.name == geom.mesh)
    made: FloatArray = (np.array(mesh.vertices) * np.array(geom.size))[np.array(mesh.faces)]
    return made


def _reach(geom: Geom, triangles: FloatArray) -> float:
    a, b, c = geom.size
    match geom.shape:
        case Shape.MESH:
            return float(np.linalg.norm(triangles, axis=-1).max())
        case Shape.SPHERE:
            return a
        case Shape.CAPSULE:
            return a + b
        case Shape.CYLINDER:
            return float(np.hypot(a, b))
        case Shape.PLANE:
            return float(np.hypot(a, b))
    return float(np.linalg.norm((a, b, c)))
