"""What room a body takes on the floor, as discs in a row."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, hypot

import numpy as np

from twin.actors.columns import BODY, COUNT, FIRST, RADIUS, REACH, SPACING, TURN_RATE
from twin.actors.ground import driven
from twin.footprints import Footprints, footprints
from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.scene import Body, Pose, Scene

COMPACT = 1.4
"""Footprints up to so many times as long as wide are one disc."""
OVERLAP = 1.5
"""Longer ones get a disc for each so many half widths."""
TALL = (0.0, 3.0)
"""Heights (m) that count for somebody's own footprint."""
STRANGE_ROBOT = 0.5
"""Radius (m) where a scene has no robot of its own."""


@per_object
def outlines(scene: Scene) -> FloatArray:
    """A row for each patrol, as ``columns`` says; not to be written to."""
    rows = np.zeros((len(scene.patrols), BODY))
    for row, patrol in zip(rows, scene.patrols, strict=True):
        body = scene.bodies[scene.body_index[patrol.body]]
        upright = replace(body, pose=Pose((0.0, 0.0, body.pose.position[2])), parent="")
        row[[RADIUS, FIRST, SPACING, COUNT]] = _row_of_discs(_points(scene, (upright,)))
        row[TURN_RATE] = patrol.turn_rate or 0.0
        row[REACH] = np.abs(disc_offsets(row)).max()
    return rows


def disc_offsets(row: FloatArray) -> FloatArray:
    """Where along its x axis the discs of a body row are, m."""
    return np.asarray(row[FIRST] + row[SPACING] * np.arange(int(row[COUNT])))


@per_object
def robot_radius(scene: Scene) -> float:
    """Of the smallest circle about a robot's middle that holds it, m; of the largest robot where there are several."""
    roots = driven(scene)
    parts: dict[str, list[Body]] = {root: [] for root in roots}
    owner: dict[str, str] = {}
    for body, pose in zip(scene.bodies, scene.initial_poses, strict=True):
        owner[body.name] = owner[body.parent] if body.parent else body.name
        if owner[body.name] in roots:
            parts[owner[body.name]].append(replace(body, pose=Pose.of(pose), parent=""))
    middles = {root: scene.initial_poses[scene.body_index[root], :2] for root in roots}
    radii = [float(np.hypot(*(_points(scene, parts[r]) - middles[r]).T).max(initial=0.0)) for r in roots]
    return max(radii, default=0.0) or STRANGE_ROBOT


def _points(scene: Scene, bodies: Sequence[Body]) -> FloatArray:
    """Outermost points (n, 2) of the solids of bodies, seen from above."""
    return _corners(footprints(Scene(scene.name, tuple(bodies), meshes=scene.meshes), z_band=TALL))


def _corners(solids: Footprints) -> FloatArray:
    signs = np.array(np.meshgrid(*[(-1, 1)] * 3)).reshape(3, -1).T
    boxes = solids.slabs[:, None, 0] + np.einsum("ck,nkx->ncx", signs, solids.slabs[:, 1:])
    around = np.linspace(0.0, 2 * np.pi, 16, endpoint=False)
    circle = np.stack([np.cos(around), np.sin(around)], axis=-1)
    discs = solids.discs[:, None, :2] + solids.discs[:, None, 2:] * circle
    return np.concatenate([boxes.reshape(-1, 2), discs.reshape(-1, 2), *solids.polygons])


def _row_of_discs(points: FloatArray) -> tuple[float, float, float, float]:
    """Radius, first, spacing and count of discs that hold the points (n, 2)."""
    if not len(points):
        return 0.0, 0.0, 0.0, 1.0
    (x0, _), (x1, _) = points.min(axis=0), points.max(axis=0)
    half = float(np.abs(points[:, 1]).max())
    length = float(x1 - x0)
    if length <= COMPACT * 2 * half:
        return float(np.hypot(*points.T).max()), 0.0, 0.0, 1.0
    count = ceil(length / (OVERLAP * half))
    spacing = length / count
    return hypot(spacing / 2, half), float(x0) + spacing / 2, spacing, float(count)
