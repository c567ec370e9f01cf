"""A site: one layout with one robot, ready to run. Sites are made when an episode needs them and kept for the next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, TypeAlias

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
class Maps:
    """A layout, built, and where in it a robot can be. Shared by all sites that differ in other things only."""

    layout: Layout
    robot: Robot

    @cached_property
    def hall(self) -> Scene:
        """The layout's scene, without the robot."""
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
        return occupancy_of(self.layout, known_only, RESOLUTION, self.hall)

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

    def with_robot(self, camera_size: tuple[int, int] | None = None) -> Staging:
        """The hall with the robot in a free place; ``camera_size`` (width, height) resamples its cameras."""
        scene = merge(self.hall, self.robot.scene(Pose.planar(*self.places[0]), ROBOT))
        if camera_size is not None:
            cameras = tuple(
                replace(c, lens=c.lens.resized(*camera_size)) if c.name.startswith(f"{ROBOT}/") else c
                for c in scene.cameras
            )
            scene = replace(scene, cameras=cameras)
        return Staging(scene, Mobile(ROBOT, self.robot.drive, self.robot.sensors))


@dataclass(frozen=True, eq=False)
class Site:
    """Where episodes can be: the maps that they are drawn from, and what their worlds are made of. Nothing here moves.

    What a scenario makes of a site has the same maps and another staging.
    """

    maps: Maps
    stage: Callable[[Maps], Staging]
    """Makes the staging when it is asked for."""
    origin: Layout
    """The layout as it was drawn, before a scenario changed anything in it."""
    reusable: bool = True
    """Whether other episodes may be on it."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @classmethod
    def of(cls, layout: Layout, robot: Robot, camera_size: tuple[int, int] | None = None) -> Self:
        """A layout with a robot in it, as they are."""
        return cls(Maps(layout, robot), partial(Maps.with_robot, camera_size=camera_size), layout)

    def over(self, layout: Layout) -> Self:
        """Staged alike in another layout."""
        return self if layout is self.layout else replace(self, maps=Maps(layout, self.robot))

    @cached_property
    def staging(self) -> Staging:
        """What worlds are made of."""
        return self.stage(self.maps)

    def prepare(self) -> Self:
        """Work out now what episodes will need; in threads, one of them waits for the other."""
        with self._lock:
            _ = self.staging, self.known
        return self

    @property
    def scene(self) -> Scene:
        """As staged."""
        return self.staging.scene

    @property
    def layout(self) -> Layout:
        """What was built."""
        return self.maps.layout

    @property
    def robot(self) -> Robot:
        """For which the maps are made."""
        return self.maps.robot

    @property
    def known(self) -> OccupancyGrid:
        """See ``Maps``."""
        return self.maps.known

    @property
    def true(self) -> OccupancyGrid:
        """See ``Maps``."""
        return self.maps.true

    @property
    def free(self) -> BoolGrid:
        """See ``Maps``."""
        return self.maps.free

    @property
    def places(self) -> FloatArray:
        """See ``Maps``."""
        return self.maps.places

    def is_free(self, xy: tuple[float, float]) -> bool:
        """See ``Maps``."""
        return self.maps.is_free(xy)


def _choices(layout: Choice | Sequence[Choice]) -> list[Layout | str]:
    """What there is to draw from: layouts, those of files as they are now, and ``GENERATED``; raises ``InputError``."""
    found: list[Any] = list(layout) if isinstance(layout, Sequence) and not isinstance(layout, str) else [layout]
    if not found:
        raise InputError("layout: the list to draw from is empty")
    if wrong := [one for one in found if not isinstance(one, str | Path | Layout)]:
        raise InputError(f"layout must be a name, the path of a file, a Layout or a list of these, not {wrong[0]!r}")
    return [one if isinstance(one, Layout) or one == GENERATED else factories.load(one) for one in found]


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
        self._choices = _choices(layout)
        self._generator = GeneratorOptions.of(generator)
        self._make = make
        self._keep = keep
        self._lock = threading.Lock()
        self._ready: OrderedDict[tuple[int, int], Site] = OrderedDict()

    @property
    def several(self) -> bool:
        """Whether there may be another one than that which was drawn."""
        return len(self._choices) > 1 or GENERATED in self._choices

    def draw(self, rng: np.random.Generator) -> Site:
        """One site, the same for the same state of ``rng``."""
        choice = self._choices[int(rng.integers(len(self._choices)))]
        return self._site(choice, self._generator.draw_seed(rng) if choice == GENERATED else 0)

    def _site(self, choice: Layout | str, seed: int) -> Site:
        key = id(choice), seed
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
        site = self._make(choice if isinstance(choice, Layout) else generate(seed, self._generator))
        with self._lock:
            site = self._ready.setdefault(key, site)
            while len(self._ready) > self._keep:
                self._ready.popitem(last=False)
        return site
