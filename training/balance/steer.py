"""Looks for frames until the objects in them are as many as asked for, or are proved out of reach.

Rounds: every scene is asked for stills, first random ones, then ones aimed at what is wanting; what was seen in them
is counted; the best choice from all that was found so far says what is worth most in the next round.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from training.balance.aim import again, aim, obstacle
from training.balance.choose import MISSING, Pool, Relaxed
from training.balance.measure import Measure
from training.balance.targets import Targets
from training.stills import mounts
from training.stills.recording import Picture, Stills, picture
from training.stills.shots import Shot, usable
from training.stills.stages import Stage
from training.workers import crew
from twin.labels import LabelInput
from twin.rendering.base import Renderer
from twin.rendering.quality import FAST
from twin.streams import stream

ROUNDS = 40
LEAST_TRIES = 24
"""Aimed stills of a scene in a round, at least."""
SHORTER = 0.03
"""Once everything is met, a round that shortens the choice by no more than this share is the last one."""
IDLE_ROUNDS = 4
"""So many rounds without any gain end the search."""
CURIOSITY = 0.02
"""How much a cell is worth that has enough; so that frames are found that have it beside what is wanting."""
AGAIN = 0.5
"""Share of aimed stills that begin near one that is known to show what is wanted."""
KEPT = 64
"""Scenes that a worker keeps ready."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a scene is asked for in one round; round 0 is for random stills."""

    number: int
    round: int
    worth: tuple[float, ...] = ()
    """Of one more object of each cell."""


@dataclass(frozen=True, slots=True)
class Found:
    """Stills of one episode."""

    number: int
    round: int
    shots: tuple[Shot, ...]
    counts: npt.NDArray[np.int16]
    """Of objects, (shots, cells)."""
    tried: npt.NDArray[np.int64]
    """Aimed stills of each cell, (cells,)."""
    obstacles: tuple[str, ...]
    """Of each cell: why the scene cannot have an object of it at all; empty where it may."""


@dataclass(frozen=True)
class Search:
    """All that was found, and what of it was chosen."""

    targets: Targets
    shots: tuple[Shot, ...]
    counts: npt.NDArray[np.int16]
    """(shots, cells)"""
    episodes: npt.NDArray[np.int64]
    """(shots,)"""
    random: npt.NDArray[np.int64]
    """Numbers of the random shots: frame 0 of all episodes, then frame 1..."""
    chosen: npt.NDArray[np.int64]
    tried: npt.NDArray[np.int64]
    """Aimed stills of each cell, (cells,)."""
    obstacles: tuple[str, ...]
    """Of each cell: why no scene can have an object of it; empty where one may."""
    best: Relaxed
    shortest: float
    """Frames of the shortest mixture that meets as much."""
    rounds: int
    full: bool
    """Whether as many frames were chosen as there may be."""

    @property
    def got(self) -> npt.NDArray[np.int64]:
        """Objects of each cell, (cells,)."""
        return self.counts[self.chosen].sum(axis=0, dtype=np.int64)

    @property
    def possible(self) -> npt.NDArray[np.bool_]:
        """Which cells some scene may have, (cells,)."""
        return np.array([not obstacle for obstacle in self.obstacles])

    def plan(self) -> dict[int, tuple[Shot, ...]]:
        """The chosen shots by episode."""
        plan: dict[int, tuple[Shot, ...]] = {}
        for k in self.chosen.tolist():
            number = int(self.episodes[k])
            plan[number] = (*plan.get(number, ()), self.shots[k])
        return plan


def steer(
    stills: Stills, targets: Targets, workers: int = 1, done: Callable[[int, int, int], None] = lambda *_: None
) -> Search:
    """Search; ``done(round, cells met, frames)`` is called after each round. The same for any number of workers."""
    found: list[Found] = []
    numbers = range(stills.episodes)
    asks: Sequence[Ask] = [Ask(number, 0) for number in numbers]
    with crew(partial(_scouting, stills, targets), min(workers, stills.episodes)) as look:
        patience = _Patience()
        for number_of_round in range(1, ROUNDS + 1):
            look(asks, found.append)
            search = _chosen(targets, found, stills.stills, number_of_round)
            done(number_of_round, int(targets.met(search.got).sum()), len(search.chosen))
            if patience.ends(search):
                return search
            worth = tuple(np.maximum(search.best.worth, 0.0) + CURIOSITY)
            asks = [Ask(number, number_of_round, worth) for number in numbers]
    return search


class _Patience:
    """Whether another round is worth while."""

    def __init__(self) -> None:
        self._cost = np.inf
        self._idle = 0

    def ends(self, search: Search) -> bool:
        """After every round."""
        targets, possible = search.targets, search.possible
        cost = search.best.frames + MISSING * (search.best.missing - targets.counts[~possible].sum())
        self._idle = 0 if cost < (1 - SHORTER) * self._cost else self._idle + 1
        self._cost = cost
        wanting = ~targets.met(search.got) & possible
        if not wanting.any():
            return self._idle > 0
        few = wanting & (search.got < targets.counts)
        return self._idle >= IDLE_ROUNDS and bool((search.tried[few] >= targets.tries).all())


def _chosen(targets: Targets, found: list[Found], per_episode: int, rounds: int) -> Search:
    """The best choice from what was found; its order does not depend on who found it."""
    in_order = sorted(found, key=lambda one: (one.round, one.number))
    shots = tuple(shot for one in in_order for shot in one.shots)
    counts = np.concatenate([one.counts for one in in_order])
    episodes = np.concatenate([np.full(len(one.shots), one.number) for one in in_order])
    frame = np.concatenate([np.arange(len(one.shots)) for one in in_order])
    first = sum(len(one.shots) for one in in_order if one.round == 0)
    random = np.lexsort((episodes[:first], frame[:first]))
    useful = np.flatnonzero(counts.any(axis=1))
    alike = np.array([[episodes[k], *shots[k].spot()] for k in useful.tolist()], dtype=np.int64).reshape(-1, 4)
    pool = Pool(targets, counts[useful], (episodes[useful], per_episode), (alike, 1))
    chosen = pool.chosen()
    return Search(
        targets,
        shots,
        counts,
        episodes,
        random,
        useful[chosen],
        np.sum([one.tried for one in found], axis=0),
        tuple(_common(texts) for texts in zip(*(one.obstacles for one in found), strict=True)),
        pool.relaxed(),
        pool.relaxed(off=0.0).frames,
        rounds,
        len(chosen) >= per_episode * len({one.number for one in found}),
    )


def _common(texts: Sequence[str]) -> str:
    return texts[0] if all(texts) else ""


@contextmanager
def _scouting(stills: Stills, targets: Targets, worker: int) -> Iterator[Callable[[Ask], Found]]:  # noqa: ARG001
    scout = _Scout(stills, targets)
    try:
        yield scout.look
    finally:
        scout.close()


class _Scout:
    """Answers what scenes are asked for, in one process; keeps the scenes that it was asked for last."""

    def __init__(self, stills: Stills, targets: Targets) -> None:
        self._stills, self._targets = stills, targets
        self._measure = Measure(targets)
        self._mounts = mounts.chosen(stills.mounts)
        self._quality = stills.quality if targets.needs_colors else FAST
        self._ready: OrderedDict[int, _Scene] = OrderedDict()
        self._known: defaultdict[int, list[_Sight]] = defaultdict(list)
        """Of each episode: what was seen so far."""

    def look(self, ask: Ask) -> Found:
        scene = self._scene(ask.number)
        obstacles = tuple(obstacle(scene.stage, self._targets, cell) for cell in self._targets.cells)
        possible = np.array([not text for text in obstacles])
        tried = np.zeros(len(possible), dtype=np.int64)
        if ask.round == 0:
            pictures = list(self._stills.random_pictures(scene.renderer, scene.stage))
            seen = [(p.shot, self._counts(scene, p)) for p in pictures]
        else:
            seen = self._aimed(scene, ask, possible, tried)
        self._known[ask.number] += seen
        counts = np.array([c for _, c in seen], dtype=np.int16).reshape(-1, len(possible))
        return Found(ask.number, ask.round, tuple(shot for shot, _ in seen), counts, tried, obstacles)

    def _aimed(
        self, scene: "_Scene", ask: Ask, possible: npt.NDArray[np.bool_], tried: npt.NDArray[np.int64]
    ) -> "list[_Sight]":
        rng = stream("balance/aimed", scene.stage.seed, ask.round)
        chances = np.array(ask.worth) * possible
        seen: list[_Sight] = []
        if not chances.any():
            return seen
        for cell in rng.choice(len(chances), max(LEAST_TRIES, self._stills.stills), p=chances / chances.sum()).tolist():
            tried[cell] += 1
            shot = self._shot(scene, self._known[ask.number], cell, rng)
            if shot is None:
                continue
            found = picture(scene.renderer, scene.stage, shot)
            if usable(found.frame) and (counts := self._counts(scene, found)).any():
                seen.append((shot, counts))
        return seen

    def _shot(self, scene: "_Scene", seen: "list[_Sight]", cell: int, rng: np.random.Generator) -> Shot | None:
        moments = self._stills.stills
        known = [shot for shot, counts in seen if counts[cell]]
        if known and rng.random() < AGAIN:
            return again(scene.stage, known, self._mounts, moments, rng)
        return aim(scene.stage, self._targets, self._targets.cells[cell], self._mounts, moments, rng)

    def _counts(self, scene: "_Scene", found: Picture) -> npt.NDArray[np.int16]:
        poses = scene.stage.poses(found.shot.moment)
        given = LabelInput(found.frame, scene.stage.scene, poses, found.camera, scene.renderer)
        return self._measure.counts(scene.stage, given)

    def _scene(self, number: int) -> "_Scene":
        if number not in self._ready:
            while len(self._ready) >= KEPT:
                # Episodes are gone through in turn: the oldest is the next that is wanted, the newest the last.
                self._ready.popitem(last=True)[1].renderer.close()
            stage = self._stills.stages.stage(number)
            self._ready[number] = _Scene(stage, stage.renderer(self._quality))
        return self._ready[number]

    def close(self) -> None:
        for scene in self._ready.values():
            scene.renderer.close()


@dataclass(frozen=True, slots=True)
class _Scene:
    stage: Stage
    renderer: Renderer


_Sight: TypeAlias = tuple[Shot, npt.NDArray[np.int16]]
