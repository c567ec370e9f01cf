"""The labelled objects of a scene as arrays, made once for each scene object."""

import weakref
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.scene import Scene
from twin.taxonomy import class_id

Rows = npt.NDArray[np.intp]

_SIGNS = np.array([[(k >> axis & 1) - 0.5 for axis in range(3)] for k in range(8)])


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """Row i is ``scene.instances[i]``."""

    body: Rows  # rows of scene.bodies
    class_id: npt.NDArray[np.uint16]
    size: FloatArray  # (n, 3) m, of the 3D box
    corners: FloatArray  # (n, 8, 3) m, of the 3D box in the body's frame
    row_of_id: Rows  # -1 where there is no such id
    class_of_id: npt.NDArray[np.uint16]

    def row(self, ids: npt.NDArray[np.int64]) -> Rows:
        """Rows of instance ids, -1 for an id that does not exist."""
        known = ids < len(self.row_of_id)
        return np.where(known, self.row_of_id[np.where(known, ids, 0)], -1)


def object_table(scene: Scene) -> ObjectTable:
    """The table of a scene, made at first use."""
    key = id(scene)
    if key not in _tables:
        _tables[key] = _table(scene)
        weakref.finalize(scene, _tables.pop, key, None)
    return _tables[key]


_tables: dict[int, ObjectTable] = {}


def _table(scene: Scene) -> ObjectTable:
    ids = np.array([instance.id for instance in scene.instances], dtype=np.intp)
    classes = np.array([class_id(instance.class_name) for instance in scene.instances], dtype=np.uint16)
    center = np.array([instance.center for instance in scene.instances]).reshape(-1, 3)
    size = np.array([instance.size for instance in scene.instances]).reshape(-1, 3)
    row_of_id = np.full(ids.max(initial=0) + 1, -1, dtype=np.intp)
    row_of_id[ids] = np.arange(len(ids))
    class_of_id = np.zeros(len(row_of_id), dtype=np.uint16)
    class_of_id[ids] = classes
    return ObjectTable(
        body=np.array([scene.body_index[instance.body] for instance in scene.instances], dtype=np.intp),
        class_id=classes,
        size=size,
        corners=center[:, None] + size[:, None] * _SIGNS,
        row_of_id=row_of_id,
        class_of_id=class_of_id,
    )
