"""How recorded episodes looked, and how they look when a scenario is drawn over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from envs import scenarios
from envs.scenarios import Scenario
from envs.scenarios.staged import over
from training.dataset.episode_stream import TIME
from training.dataset.reader import Dataset
from training.dataset.schema import AnyArray
from twin.errors import DatasetError, InputError
from twin.look import PLAIN, Look
from twin.moments import Moments
from twin.randomizers import randomizers
from twin.scene import Scene

SCENARIOS_OWN = 0x5CE9A
"""Apart from all other uses of an episode's number as a seed."""


@dataclass(frozen=True, slots=True)
class Restaged:
    """One episode's scene and looks, and what its record shall say of them."""

    scene: Scene
    looks: Sequence[tuple[float, Look]]
    """From which second on; in order."""
    about: Mapping[str, Any] = field(default_factory=dict)

    def look(self, time: float) -> Look:
        """The one at ``time`` s after the start."""
        return next((look for at, look in reversed(self.looks) if at <= time + 1e-6), PLAIN)

    def poses(self, recorded: AnyArray) -> AnyArray:
        """Poses (bodies, 7) of all bodies: those that were not there stand where the scene has them."""
        return np.concatenate([recorded, self.scene.initial_poses[len(recorded) :]])


class Before:
    """Remembers the frame before, from which things moved to where they are now."""

    def __init__(self) -> None:
        self._poses: AnyArray | None = None
        self._time = 0.0

    def until(self, poses: AnyArray, time: float) -> Moments:
        """The time from the last call until now; at the first one, nothing has moved yet."""
        moments = Moments(poses if self._poses is None else self._poses, poses, time - self._time)
        self._poses, self._time = poses.copy(), time
        return moments


def recorded(dataset: Dataset, k: int) -> Restaged:
    """As the k-th episode was; raises ``DatasetError`` for a record that was tampered with."""
    stored = dataset.record(k).draws.get("looks", [])
    if stored and TIME not in dataset.arrays:
        raise DatasetError(f"{dataset.label} has no '{TIME}', by which its pictures were changed")
    try:
        looks = [(float(one["at"]), Look.of(one["look"])) for one in stored]  # type: ignore[union-attr,index,call-overload,arg-type]
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{dataset.label}: episode {dataset.record(k).episode}: its looks: {error}") from None
    return Restaged(dataset.scene(k), looks)


def drawn_over(dataset: Dataset, k: int, scenario: Scenario) -> Restaged:
    """The k-th episode with a scenario drawn over it; the episode's number is the seed."""
    record = dataset.record(k)
    seed = int(np.random.default_rng((SCENARIOS_OWN, record.episode)).integers(2**31))
    times = dataset.rows(k, 0, record.frames)[TIME] if TIME in dataset.arrays else ()
    staging, production = over(dataset.scene(k), scenario, seed, times)
    about = {"scenario": scenario.name, "draws": {**record.draws, **production.data()}}
    return Restaged(staging.scene, production.looks, about)


def scenario_for_pictures(name_or_path: str) -> Scenario:
    """A scenario that leaves recorded poses true; raises ``InputError`` for one that does not."""
    scenario = scenarios.load(name_or_path)
    wrong = [one.label for one in scenario.randomizers if not one.pictures_only]
    wrong += [scenario.case.label] if scenario.case is not None else []
    if wrong:
        may = ", ".join(name for name, kind in randomizers().items() if kind.pictures_only)
        raise InputError(
            f"scenario '{scenario.name}': {', '.join(wrong)} would change what happened, and the poses are recorded; "
            f"only these change pictures alone: {may}"
        )
    return scenario
