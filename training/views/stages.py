"""Where the frames of an episode are taken: a layout's scene at random moments, and places for cameras in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import JsonValue

import factories
from factories.generator import GeneratorOptions, generate
from factories.layout import Layout
from factories.occupancy import OccupancyGrid, occupancy_of
from training.views.mounts import Mount
from twin.errors import InputError
from twin.geometry import FloatArray, compose
from twin.labels._objects import ObjectTable, object_table
from twin.patrols import Patrols
from twin.scene import Scene

GENERATED = "generated"
BELOW_ROOF = 0.3
"""m from cameras to the roof."""
RESOLUTION = 0.1
"""m a cell of the grids of free places."""
TOPS = 0.3
"""m above and below a camera that are free too."""
KEPT_MOMENTS = 64


class Stage:
    """One scene, with what the frames of an episode need of it. Used by one thread."""

    def __init__(self, layout: Layout, scene: Scene, seed: int, draws: Mapping[str, JsonValue]) -> None:
        """``seed`` decides who is where at which moment; ``draws`` is what else was drawn for the episode."""
        self.layout, self.scene, self.seed, self.draws = layout, scene, seed, draws
        self._patrols = Patrols(scene)
        self._hung = [(row, scene.body_index[b.parent]) for row, b in enumerate(scene.bodies) if b.parent]
        self._local = [body.pose.array() for body in scene.bodies]
        self.poses = lru_cache(KEPT_MOMENTS)(self._poses)
        self.places = lru_cache(None)(self._places)

    @property
    def hour(self) -> float:
        """Time of day, 0 to 24; NaN where nothing was drawn."""
        hour = self.draws.get("hour")
        return float(hour) if isinstance(hour, int | float) else float("nan")

    @property
    def objects(self) -> ObjectTable:
        """Every labelled object."""
        return object_table(self.scene)

    def classes(self) -> set[str]:
        """Of which there are objects."""
        return {instance.class_name for instance in self.scene.instances}

    def _poses(self, moment: int) -> FloatArray:
        """Poses (bodies, 7) at a moment: those who go their rounds are somewhere on them. Not to be written to."""
        poses = self.scene.initial_poses.copy()
        if self._patrols.bodies:
            self._patrols.reset(np.random.default_rng([self.seed, moment]))
            poses[list(self._patrols.bodies)] = self._patrols.poses()
            for row, parent in self._hung:  # parents come first
                poses[row] = compose(poses[parent], self._local[row])
        poses.flags.writeable = False
        return poses

    def heights(self, mount: Mount) -> tuple[float, float] | None:
        """Of a mount's cameras in this hall, m; None where the roof is too low."""
        low, high = mount.heights
        high = min(high, self.layout.height - BELOW_ROOF)
        return (low, high) if low < high else None

    def _places(self, mount: Mount) -> FloatArray:
        """Where (n, 2) the cameras of a mount find room among what does not move."""
        heights = self.heights(mount)
        if heights is None:
            return np.zeros((0, 2))
        band = (0.05 if mount.stands else heights[0] - TOPS, heights[1] + TOPS)
        grid = OccupancyGrid.of(self.scene, False, RESOLUTION, self.layout.bounds, band)
        if not mount.stands:
            return grid.centers(np.argwhere(~grid.inflated(mount.radius).blocked))
        floor = occupancy_of(self.layout, False, RESOLUTION, self.scene)
        both = OccupancyGrid(grid.blocked | floor.blocked, RESOLUTION, grid.origin).inflated(mount.radius)
        return both.centers(np.argwhere(both.largest_free()))

    def is_met(self, point: FloatArray, moment: int, room: float) -> bool:
        """Whether somebody who goes his rounds is nearer than ``room`` (m) to a point (3,) at a moment."""
        movers = set(self._patrols.bodies)
        rows = np.flatnonzero([body in movers for body in self.objects.body])
        if not len(rows):
            return False
        from twin.geometry import matrix_from_quaternion

        poses = self.poses(moment)[self.objects.body[rows]]
        local = np.einsum("nji,nj->ni", matrix_from_quaternion(poses[:, 3:]), point - poses[:, :3])
        beyond = np.abs(local - self.objects.center[rows]) - self.objects.size[rows] / 2
        return bool((np.linalg.norm(np.maximum(beyond, 0.0), axis=1) < room).any())


@dataclass(frozen=True)
class Stages:
    """The scenes of all episodes, each made of its number alone."""

    layouts: tuple[str, ...]
    """Shipped names, files, or ``generated``; episodes take them in turn."""
    seed: int = 0
    """Of the first episode."""
    generator: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise for a layout or an option that does not exist."""
        if not self.layouts:
            raise InputError("layout: the list to draw from is empty")
        GeneratorOptions.of(self.generator)
        for name in self.layouts:
            if name != GENERATED:
                factories.load(name)

    def stage(self, number: int) -> Stage:
        """Of the episode with that number. The one place where the scene of an episode is made."""
        seed = self.seed + number
        choice = self.layouts[number % len(self.layouts)]
        draws: dict[str, JsonValue] = {}
        if choice == GENERATED:
            options = GeneratorOptions.of(self.generator)
            draws["layout_seed"] = drawn = options.draw_seed(np.random.default_rng(seed))
            layout = generate(drawn, options)
        else:
            layout = factories.load(choice)
        return Stage(layout, factories.build(layout), seed, draws)
