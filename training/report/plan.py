"""A hall from above, and the ways that were driven through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from factories.equipment import Equipment
from factories.layout import Layout, corners
from factories.occupancy import Bounds
from training.endings import ENDINGS
from training.report.figures import AGENT_COLORS, INK, figure, neutral
from twin.scene import Scene

Point = tuple[float, float]

COLUMN_INCHES = 3.7
MOVER_COLOR, MOVER_RADIUS = "#e83e78", 0.3


@dataclass(frozen=True, slots=True)
class Way:
    """Where an agent drove, and how it ended."""

    agent: str
    points: Sequence[Point]
    outcome: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One episode, as several agents drove it."""

    title: str
    layout: Layout
    scene: Scene
    goal: Point
    ways: tuple[Way, ...]
    movers: Sequence[Point] = ()
    """Where people and vehicles were at the end."""


def plans(shown: Sequence[Plan], columns: int = 3, colors: Mapping[str, str] = AGENT_COLORS) -> Figure:
    """One panel a plan; ``colors`` of the agents by name."""
    rows = -(-len(shown) // columns)
    width, depth = max((plan.layout.size for plan in shown), key=lambda size: size[1] / size[0])
    made = figure(COLUMN_INCHES * columns, (COLUMN_INCHES * depth / width + 0.35) * rows)
    for i, plan in enumerate(shown):
        axes = neutral(made.add_subplot(rows, columns, i + 1))
        axes.set_title(plan.title, fontsize=8)
        draw_hall(axes, plan.layout, plan.scene)
        _draw_ways(axes, plan, colors)
    return made


def draw_hall(axes: Axes, layout: Layout, scene: Scene) -> None:
    """What stands there: filled where it is on the known map, outlined where it is loose, dotted where people walk."""
    loose = {instance.name for instance in scene.instances if instance.loose}
    _fill(axes, [e for e in layout.equipment if e.name not in loose], facecolor=INK, alpha=0.45, linewidth=0)
    _fill(axes, [e for e in layout.equipment if e.name in loose], facecolor="none", edgecolor=INK, linewidth=0.8)
    for patrol in scene.patrols:
        points = [*patrol.waypoints, *(patrol.waypoints[:1] if patrol.loop else ())]
        axes.plot(*zip(*points, strict=True), color=INK, linewidth=0.7, linestyle=(0, (1, 2)))
    x0, y0, x1, y1 = layout.bounds
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=INK, linewidth=1.2))
    _frame(axes, layout.bounds)


def _fill(axes: Axes, items: Sequence[Equipment], **style: object) -> None:
    areas = [box for item in items for box in corners(item, item.solids())]
    axes.add_collection(PolyCollection(areas, **style))  # type: ignore[arg-type]


def _draw_ways(axes: Axes, plan: Plan, colors: Mapping[str, str]) -> None:
    for place in plan.movers:
        axes.add_patch(Circle(place, MOVER_RADIUS, facecolor=MOVER_COLOR, linewidth=0))
    for way in plan.ways:
        color = colors.get(way.agent, INK)
        axes.plot(*zip(*way.points, strict=True), color=color, linewidth=1.5)
        axes.plot(*way.points[-1], marker=ENDINGS[way.outcome].marker, markersize=4.5, color=color, markeredgewidth=0)
    if plan.ways:
        axes.plot(*plan.ways[0].points[0], marker=".", markersize=9, color="#30a860")
    axes.add_patch(Circle(plan.goal, 0.4, facecolor="#30a860", alpha=0.9, linewidth=0))


def _frame(axes: Axes, bounds: Bounds) -> None:
    x0, y0, x1, y1 = bounds
    margin = 0.01 * max(x1 - x0, y1 - y0)
    axes.set(xlim=(x0 - margin, x1 + margin), ylim=(y0 - margin, y1 + margin), aspect="equal", anchor="N")
    axes.set_axis_off()
