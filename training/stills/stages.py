"""Where the frames of an episode are taken: a layout's scene at random moments, and places for cameras in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
from pydantic import JsonValue

import factories
from envs import scenarios
from envs.scenarios import Scenario
from envs.scenarios.staged import in_hall, nobody
from envs.sites import GENERATED, ROBOT, Maps, Site
from factories.generator import GeneratorOptions, generate
from factories.layout import Layout
from factories.occupancy import OccupancyGrid, occupancy_of
from robots.robot import Robot
from training.stills.mounts import Mount
from twin import rendering
from twin.errors import InputError, PlanningError
from twin.geometry import FloatArray, compose, matrix_from_quaternion
from twin.labels._objects import ObjectTable, object_table
from twin.lenses import Lens
from twin.look import PLAIN, Look
from twin.patrols import Patrols
from twin.per_object import per_object
from twin.rendering.base import Renderer
from twin.rendering.quality import Quality
from twin.scene import Body, Camera, Scene
from twin.staging import Staging
from twin.streams import stream
from twin.world import Mobile

CAMERA = "still"
CARRIER = "still/carrier"
"""Body that the camera hangs on while a scenario is drawn, which changes cameras that are carried."""
DRAWN_AGAIN = 8
"""Layouts that are tried for one episode whose case has no place in the first, where some are generated."""
BELOW_ROOF = 0.3
"""m from cameras to the roof."""
RESOLUTION = 0.1
"""m a cell of the grids of free places."""
TOPS = 0.3
"""m above and below a camera that are free too."""
KEPT_MOMENTS = 64


class Stage:
    """One scene, with what the frames of an episode need of it. Used by one thread."""

    def __init__(
        self,
        layout: Layout,
        scene: Scene,
        lens: Lens,
        seed: int,
        draws: Mapping[str, JsonValue],
        look: Look = PLAIN,
        origin: Layout | None = None,
    ) -> None:
        """``seed`` decides who is where at which moment; ``draws`` is what else was drawn for the episode.

        ``origin``: the layout before a scenario changed anything in it, where one did.
        """
        self.layout, self.scene, self.lens, self.seed, self.draws, self.look = layout, scene, lens, seed, draws, look
        self.origin = origin or layout
        self._patrols = Patrols(scene)
        self._hung = [(row, scene.body_index[b.parent]) for row, b in enumerate(scene.bodies) if b.parent]
        self._local = [body.pose.array() for body in scene.bodies]
        self.poses = lru_cache(KEPT_MOMENTS)(self._poses)
        self.places = lru_cache(None)(self._places)

    @property
    def hour(self) -> float:
        """Time of day, 0 to 24; NaN where nothing was drawn."""
        drawn: Any = self.draws.get("randomization", [])
        hours = [one["drawn"]["hour"] for one in drawn if "hour" in one["drawn"]]
        return float(hours[-1]) if hours else float("nan")

    def renderer(self, quality: str | Quality) -> Renderer:
        """Draws the scene in the light of the episode."""
        made = rendering.create(self.scene, quality=quality)
        if self.look.lights is not None or self.look.ambient is not None:
            made.relight(*self.look.light(self.scene))
        return made

    @property
    def objects(self) -> ObjectTable:
        """Every labelled object."""
        return object_table(self.scene)

    @property
    def scenario(self) -> str:
        """Name of what was randomized; empty for nothing."""
        drawn: Any = self.draws.get("scenario", {})
        return str(drawn.get("name", ""))

    def _poses(self, moment: int) -> FloatArray:
        """Poses (bodies, 7) at a moment: those who go their rounds are somewhere on them. Not to be written to."""
        poses = self.scene.initial_poses.copy()
        if self._patrols.bodies:
            self._patrols.reset(stream("stills/moment", self.seed, moment))
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
        poses = self.poses(moment)[self.objects.body[rows]]
        local = np.einsum("nji,nj->ni", matrix_from_quaternion(poses[:, 3:]), point - poses[:, :3])
        beyond = np.abs(local - self.objects.center[rows]) - self.objects.size[rows] / 2
        return bool((np.linalg.norm(np.maximum(beyond, 0.0), axis=1) < room).any())


@per_object
def _built(layout: Layout) -> Scene:
    """The same one in all episodes that take place in a layout."""
    return factories.build(layout)


def _hall(layout: Layout, robot: Robot, lens: Lens) -> Site:
    """A layout in which nobody drives and a camera is carried: what a scenario is drawn for."""
    return Site(Maps(layout, robot), partial(_carried, lens), layout)


def _carried(lens: Lens, maps: Maps) -> Staging:
    hall = maps.hall
    scene = replace(hall, bodies=(*hall.bodies, Body(CARRIER)), cameras=(Camera(CAMERA, CARRIER, lens=lens),))
    return Staging(scene, Mobile(ROBOT, maps.robot.drive, maps.robot.sensors))


@dataclass(frozen=True)
class Stages:
    """The scenes of all episodes, each made of its number alone."""

    layouts: tuple[str, ...]
    """Shipped names, files, or ``generated``; episodes take them in turn."""
    lens: Lens = Lens()
    seed: int = 0
    """Of the first episode."""
    generator: Mapping[str, Any] = field(default_factory=dict)
    scenario: str | Scenario = ""
    """What is randomized: a shipped scenario's name, a file, or a scenario itself."""

    def __post_init__(self) -> None:
        """Raise for a layout or an option that does not exist."""
        if not self.layouts:
            raise InputError("layout: the list to draw from is empty")
        GeneratorOptions.of(self.generator)
        _ = self.randomized, self._read

    @cached_property
    def _read(self) -> Mapping[str, Layout]:
        """The layouts that are files, as they were when this was made."""
        return {name: factories.load(name) for name in self.layouts if name != GENERATED}

    @cached_property
    def randomized(self) -> Scenario | None:
        """The scenario as it was when it was first asked for."""
        if isinstance(self.scenario, Scenario):
            return self.scenario
        return scenarios.load(self.scenario) if self.scenario else None

    def stage(self, number: int) -> Stage:
        """Of the episode with that number: its layout, and what the scenario makes of it.

        Where a layout has no place for the scenario's case, the next one is taken; raises ``PlanningError`` where
        none has.
        """
        seed = self.seed + number
        tries = DRAWN_AGAIN if GENERATED in self.layouts else len(self.layouts)
        for k in range(tries):
            choice = self.layouts[(number + k) % len(self.layouts)]
            layout, draws = self._layout(choice, stream("stills/layout", seed, k))
            if self.randomized is None:
                break
            try:
                return self._staged(self.randomized, layout, seed, draws)
            except PlanningError:
                if k == tries - 1:
                    raise
        return Stage(layout, _built(layout), self.lens, seed, draws)

    def _layout(self, choice: str, rng: np.random.Generator) -> tuple[Layout, dict[str, JsonValue]]:
        """And what was drawn for it."""
        if choice != GENERATED:
            return self._read[choice], {}
        options = GeneratorOptions.of(self.generator)
        seed = options.draw_seed(rng)
        return generate(seed, options), {"layout_seed": seed}

    def _staged(self, scenario: Scenario, layout: Layout, seed: int, draws: Mapping[str, JsonValue]) -> Stage:
        hall = _hall(layout, nobody(), self.lens)
        changed, staging, production = in_hall(hall, scenario, seed)
        lens = staging.scene.camera(CAMERA).lens
        bodies = tuple(body for body in staging.scene.bodies if body.name != CARRIER)
        scene = replace(staging.scene, bodies=bodies, cameras=())
        return Stage(changed, scene, lens, seed, {**draws, **production.data()}, staging.look, layout)
