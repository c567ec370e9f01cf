"""How far anywhere on the floor is from what stands there."""

from dataclasses import dataclass

import numpy as np

from twin import geometry
from twin.footprints import Footprints, footprints
from twin.geometry import FloatArray
from twin.occupancy import cells_to, rasterized
from twin.per_object import per_object
from twin.scene import Instance, Scene
from twin.taxonomy import having

RESOLUTION = 0.1
EDGE = 2.0
"""Metres around everything that stands; farther out the floor is free."""


@dataclass(frozen=True, eq=False)
class Ground:
    """``clearance`` (ny, nx): metres from the middle of each cell to the nearest thing that stands, 0 in it.

    ``frame`` (3,): x and y of the grid's lower left corner and the size of a cell, m.
    """

    clearance: FloatArray
    frame: FloatArray


@per_object
def ground(scene: Scene) -> Ground:
    """Of everything at its initial pose but robots and who moves by itself; what is pushed later is not followed."""
    solids = footprints(scene, without=driven(scene))
    boxes = np.concatenate([solids.slabs, _whole_boxes(scene)])
    solids = Footprints(boxes, solids.discs, solids.polygons)
    if not len(solids.slabs) + len(solids.discs) + len(solids.polygons):
        return Ground(np.full((1, 1), EDGE), np.array([0.0, 0.0, RESOLUTION]))
    x0, y0, x1, y1 = solids.bounds()
    grid = rasterized(solids, RESOLUTION, (x0 - EDGE, y0 - EDGE, x1 + EDGE, y1 + EDGE))
    steps = cells_to(grid.blocked)
    return Ground(np.maximum(steps - 0.5, 0.0) * RESOLUTION, np.array([*grid.origin, RESOLUTION]))


@per_object
def driven(scene: Scene) -> frozenset[str]:
    """Names of the root bodies that have motors: robots."""
    parents = {body.name: body.parent for body in scene.bodies}
    roots = set()
    for actuator in scene.actuators:
        name = actuator.body
        while parents[name]:
            name = parents[name]
        roots.add(name)
    return frozenset(roots)


def _whole_boxes(scene: Scene) -> FloatArray:
    """Slabs (n, 4, 2) of the instances that nobody goes into or under."""
    poses = scene.initial_poses
    first: dict[int, int] = {}
    for row, body in enumerate(scene.bodies):
        first.setdefault(body.instance, row)
    whole = [i for i in scene.instances if i.class_name in having("closed") and i.id in first]
    slabs = [_slab(i, poses[first[i.id]]) for i in whole]
    return np.array(slabs).reshape(-1, 4, 2)


def _slab(instance: Instance, pose: FloatArray) -> FloatArray:
    """Centre and half edges (4, 2) of an instance's box on the floor."""
    turn = geometry.matrix_from_quaternion(pose[3:])
    center = turn @ np.array(instance.center) + pose[:3]
    edges = turn @ np.diag(np.array(instance.size) / 2)
    return np.vstack([center[:2], edges[:2].T])
