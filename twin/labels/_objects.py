"""The labelled objects of a scene as arrays, made once for each scene object."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.scene import Instance, Scene
from twin.taxonomy import class_id

Rows = npt.NDArray[np.int64]

_SIGNS = np.array([[(k >> axis & 1) - 0.5 for axis in range(3)] for k in range(8)])


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """Row i is ``instances[i]``: the scene's, by ascending id."""

    instances: tuple[Instance, ...]
    id: npt.NDArray[np.uint16]
    body: Rows  # rows of scene.bodies
    class_id: npt.NDArray[np.uint16]
    center: FloatArray  # (n, 3) m, of the 3D box in the body's frame
    size: FloatArray  # (n, 3) m
    corners: FloatArray  # (n, 8, 3) m, in the body's frame; corner k is high in x, y, z where bit 0, 1, 2 of k is set
    keypoints: FloatArray  # (n, k, 3) m, in the body's frame; NaN where an object has fewer
    row_of_id: Rows  # -1 where there is no such id
    class_of_id: npt.NDArray[np.uint16]


@per_object
def object_table(scene: Scene) -> ObjectTable:
    """The table of a scene, made at first use."""
    instances = tuple(sorted(scene.instances, key=lambda instance: instance.id))
    ids = np.array([instance.id for instance in instances], dtype=np.int64)
    classes = np.array([class_id(instance.class_name) for instance in instances], dtype=np.uint16)
    center = np.array([instance.center for instance in instances]).reshape(-1, 3)
    size = np.array([instance.size for instance in instances]).reshape(-1, 3)
    row_of_id = np.full(ids.max(initial=0) + 1, -1, dtype=np.int64)
    row_of_id[ids] = np.arange(len(ids))
    class_of_id = np.zeros(len(row_of_id), dtype=np.uint16)
    class_of_id[ids] = classes
    return ObjectTable(
        instances=instances,
        id=ids.astype(np.uint16),
        body=np.array([scene.body_index[instance.body] for instance in instances], dtype=np.int64),
        class_id=classes,
        center=center,
        size=size,
        corners=center[:, None] + size[:, None] * _SIGNS,
        keypoints=_keypoints(instances),
        row_of_id=row_of_id,
        class_of_id=class_of_id,
    )


def _keypoints(instances: tuple[Instance, ...]) -> FloatArray:
    points = np.full((len(instances), max((len(i.keypoints) for i in instances), default=0), 3), np.nan)
    for row, instance in enumerate(instances):
        for column, (_, position) in enumerate(instance.keypoints):
            points[row, column] = position
    return points
