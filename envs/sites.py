"""A site: one layout with one robot, ready to run. Sites are made when an episode needs them and kept for the next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

import factories
from factories.generator import GeneratorOptions, generate
from factories.layout import Layout
from factories.occupancy import BoolGrid, OccupancyGrid, occupancy_of
from robots.robot import Robot
from twin.errors import InputError, PlanningError
from twin.geometry import FloatArray
from twin.scene import Pose, Scene, merge
from twin.staging import Staging
from twin.world import Mobile

Choice: TypeAlias = str | Path | Layout
GENERATED = "generated"
ROBOT = "robot"
"""Name of the robot's root body."""
RESOLUTION = 0.1
"""Metres a cell of the maps."""
MARGIN = 0.1
"""Metres between the robot's outermost point and anything solid where an episode starts or ends."""


@dataclass(frozen=True, eq=False)
class Site:
    """A layout, the robot in it, and the maps that episodes are drawn from. Shared: nothing here moves."""

    layout: Layout
    robot: Robot
    camera_size: tuple[int, int] | None
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @cached_property
    def scene(self) -> Scene:
        """The hall with the robot in a free place."""
        scene = merge(self._hall, self.robot.scene(Pose.planar(*self.places[0]), ROBOT))
        if self.camera_size is None:
            return scene
        cameras = tuple(
            replace(c, lens=c.lens.resized(*self.camera_size)) if c.name.startswith(f"{ROBOT}/") else c
            for c in scene.cameras
        )
        return replace(scene, cameras=cameras)

    @property
    def reusable(self) -> bool:
        """Whether other episodes may be on it."""
        return True

    @cached_property
    def staging(self) -> Staging:
        """What worlds are made of."""
        return Staging(self.scene, Mobile(ROBOT, self.robot.drive, self.robot.sensors))

    def prepare(self) -> "Site":
        """Work out now what episodes will need; in threads, one of them waits for the other."""
        with self._lock:
            _ = self.scene, self.known
        return self

    @cached_property
    def _hall(self) -> Scene:
        return factories.build(self.layout)

    @cached_property
    def known(self) -> OccupancyGrid:
        """The map a robot is given: fixed things and zones to keep out of."""
        return self._grid(known_only=True)

    @cached_property
    def true(self) -> OccupancyGrid:
        """What stands where at the start of an episode, loose things too; who walks does not count."""
        return self._grid(known_only=False)

    def _grid(self, *, known_only: bool) -> OccupancyGrid:
        return occupancy_of(self.layout, known_only, RESOLUTION, self._hall)

    @cached_property
    def free(self) -> BoolGrid:
        """Cells where the robot can stand in any heading, all of which it can reach from one another."""
        return self.true.inflated(self.robot.radius + MARGIN).largest_free()

    @cached_property
    def places(self) -> FloatArray:
        """Centres (n, 2) of the free cells; raises ``PlanningError`` where there are none."""
        cells = np.argwhere(self.free)
        if not len(cells):
            raise PlanningError(
                f"layout '{self.layout.name}' has no room for robot '{self.robot.name}', "
                f"whose radius is {self.robot.radius:.2f} m plus a margin of {MARGIN} m"
            )
        return self.true.centers(cells)

    def is_free(self, xy: tuple[float, float]) -> bool:
        """Whether the robot may start or end there."""
        return bool(self.true.look_up(self.free, np.array(xy), outside=False))


class Sites:
    """The sites that environments draw from: named layouts, files, or the generator.

    The ones used last stay ready. Several threads may draw at once.
    """

    def __init__(
        self,
        layout: Choice | Sequence[Choice],
        generator: Mapping[str, Any],
        make: Callable[[Layout], Site],
        keep: int = 16,
    ) -> None:
        """``layout``: a shipped name, a file, ``generated``, a layout itself, or a sequence of these to draw from."""
        self._choices = [layout] if isinstance(layout, str | Path | Layout) else list(layout)
        if not self._choices:
            raise InputError("layout: the list to draw from is empty")
        self._generator = GeneratorOptions.of(generator)
        self._make = make
        self._keep = keep
        self._lock = threading.Lock()
        self._ready: OrderedDict[tuple[str, int], Site] = OrderedDict()
        for choice in self._choices:
            if isinstance(choice, str | Path) and choice != GENERATED:
                factories.load(choice)  # a wrong name must fail when the environment is made

    @property
    def several(self) -> bool:
        """Whether there may be another one than that which was drawn."""
        return len(self._choices) > 1 or GENERATED in self._choices

    def draw(self, rng: np.random.Generator) -> Site:
        """One site, the same for the same state of ``rng``."""
        choice = self._choices[int(rng.integers(len(self._choices)))]
        seed = self._generator.draw_seed(rng) if choice == GENERATED else 0
        name = choice.digest() if isinstance(choice, Layout) else str(choice)
        return self._site((name, seed), choice, seed)

    def _site(self, key: tuple[str, int], choice: Choice, seed: int) -> Site:
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
        site = self._make(self._layout(choice, seed))
        with self._lock:
            site = self._ready.setdefault(key, site)
            while len(self._ready) > self._keep:
                self._ready.popitem(last=False)
        return site

    def _layout(self, choice: Choice, seed: int) -> Layout:
        if isinstance(choice, Layout):
            return choice
        if choice == GENERATED:
            return generate(seed, self._generator)
        return factories.load(choice)
