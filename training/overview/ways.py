"""Where the robot drove: the ways of the episodes over the plan of their factory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from training.dataset import Dataset, EpisodeRecord
from training.dataset.schema import POSES
from training.endings import ENDINGS, ending
from training.report.figures import INK, figure, neutral
from training.report.plan import COLUMN_INCHES
from twin.geometry import FloatArray, transform_points
from twin.scene import Scene
from twin.taxonomy import class_ids

FACTORIES = 6
EPISODES = 40
"""Drawn of each factory at most."""
COLUMNS = 3
FLAT = 0.05
"""m: what is lower is a marking on the floor."""
_CORNERS = np.array([(-0.5, -0.5, 0), (0.5, -0.5, 0), (0.5, 0.5, 0), (-0.5, 0.5, 0)])
_UNDRAWN = {"door", "robot", "charging_dock"}
"""Classes of what robots drive up to, and of themselves."""
assert class_ids().keys() >= _UNDRAWN


@dataclass(frozen=True, slots=True)
class Factory:
    """The episodes in one factory, as far as they are drawn."""

    title: str
    scene: Scene
    poses: FloatArray
    """Of all bodies as the first of the episodes begins."""
    ways: tuple[tuple[str, FloatArray], ...]
    """How each ended, and the robot's places (frames, 2) m."""


def ended(record: EpisodeRecord) -> str:
    """One of ``ENDINGS``; empty where the record does not tell."""
    outcome = record.outcome
    arrived, collided = bool(outcome.get("success")), bool(outcome.get("collisions"))
    if not collided and "success" not in outcome:
        return ""
    return ending(arrived=arrived, collided=collided, stranded=bool(outcome.get("terminated")))


def factories(dataset: Dataset) -> list[Factory]:
    """Those with most episodes. None where poses or scenes were not recorded, or nothing drives."""
    if POSES not in {spec.name for spec in dataset.meta.arrays}:
        return []
    records = list(dataset.records())
    groups = Counter(record.layout_digest or record.scene for record in records if record.scene)
    found = []
    for group, count in groups.most_common(FACTORIES):
        members = [
            k for k, record in enumerate(records) if (record.layout_digest or record.scene) == group and record.scene
        ]
        picked = np.unique(np.linspace(0, count - 1, min(count, EPISODES)).round().astype(int))
        ways = tuple(_ways(dataset, records, [members[i] for i in picked]))
        if ways:
            first = members[0]
            title = f"{records[first].layout or 'factory'}: {count} episode{'s' * (count > 1)}"
            poses = dataset.rows(first, 0, 1)[POSES][0]
            found.append(Factory(title, dataset.scene(first), poses, ways))
    return found


def _ways(
    dataset: Dataset, records: Sequence[EpisodeRecord], members: Sequence[int]
) -> Iterator[tuple[str, FloatArray]]:
    for k in members:
        robot = _robot(dataset.scene(k))
        if robot is not None:
            yield ended(records[k]), dataset.episode(k)[POSES][:, robot, :2]


def _robot(scene: Scene) -> int | None:
    """Row of the body that is driven."""
    for actuator in scene.actuators:
        row = scene.body_index.get(actuator.name.partition("/")[0])
        if row is not None:
            return row
    return None


def draw(found: Sequence[Factory]) -> Figure:
    """A panel for each factory."""
    columns = min(COLUMNS, len(found))
    rows = -(-len(found) // columns)
    tallest = max(np.ptp(b[1::2]) / np.ptp(b[::2]) for b in map(_bounds, found))
    made = figure(COLUMN_INCHES * columns, (COLUMN_INCHES * tallest + 0.35) * rows)
    for i, factory in enumerate(found):
        axes = neutral(made.add_subplot(rows, columns, i + 1))
        axes.set_title(factory.title, fontsize=8)
        _draw_hall(axes, factory)
        for name, points in factory.ways:
            end = ENDINGS.get(name)
            color = end.color if end else INK
            axes.plot(*points.T, color=color, linewidth=1.0, alpha=0.75)
            axes.plot(*points[0], marker=".", markersize=5, color="#30a860")
            if end:
                axes.plot(*points[-1], marker=end.marker, markersize=4, color=color, markeredgewidth=0)
    return made


def _draw_hall(axes: Axes, factory: Factory) -> None:
    """Footprints of what stands there: filled, or outlined where it is loose."""
    firm, loose = (list(_footprints(factory, loose=flag)) for flag in (False, True))
    axes.add_collection(PolyCollection(firm, facecolor=INK, alpha=0.45, linewidth=0))
    axes.add_collection(PolyCollection(loose, facecolor="none", edgecolor=INK, linewidth=0.6))
    x0, y0, x1, y1 = _bounds(factory)
    axes.set(xlim=(x0, x1), ylim=(y0, y1), aspect="equal", anchor="N")
    axes.set_axis_off()


def _footprints(factory: Factory, *, loose: bool) -> Iterator[FloatArray]:
    for instance in factory.scene.instances:
        if instance.class_name in _UNDRAWN or instance.loose != loose or instance.size[2] < FLAT:
            continue
        corners = np.array(instance.center) + _CORNERS * np.array(instance.size)
        yield transform_points(factory.poses[factory.scene.body_index[instance.body]], corners)[:, :2]


def _bounds(factory: Factory) -> FloatArray:
    """x0, y0, x1, y1 around everything that is drawn."""
    drawn = [*_footprints(factory, loose=False), *_footprints(factory, loose=True), *(way for _, way in factory.ways)]
    points = np.concatenate(drawn)
    margin = 0.01 * np.ptp(points, axis=0).max()
    return np.concatenate([points.min(axis=0) - margin, points.max(axis=0) + margin])
