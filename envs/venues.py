"""Where one environment's episodes take place, one after the other: a site, what a scenario makes of it, a world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from envs import scenarios
from envs.episodes import Episode
from envs.scenarios import Draw, Production, Scenario
from envs.sites import Site, Sites
from envs.tasks import Task
from envs.worlds import Worlds
from twin.errors import PlanningError
from twin.world import World

SITE_TRIES = 20


class Venues:
    """Holds the world of the episode that runs, and gives it back when the next one is elsewhere."""

    def __init__(self, task: Task, sites: Sites, worlds: Worlds, scenario: str | Path | Scenario | None) -> None:
        """``sites`` and ``worlds`` may be shared with other environments."""
        self.sites, self.worlds = sites, worlds
        self.production: Production | None = None
        self._task = task
        self._site: Site | None = None
        self._world: World | None = None
        self.scenario = _scenario(scenario)

    @property
    def site(self) -> Site:
        """Where the current episode is; before the first one, where some episode could be."""
        if self._site is None:
            self._site = self.sites.draw(np.random.default_rng(0))
        return self._site

    @property
    def world(self) -> World:
        """The world of the current episode."""
        if self._world is None:
            self._world = self.worlds.take(self.site)
        return self._world

    def begin(self, rng: np.random.Generator, options: Mapping[str, Any]) -> Episode:
        """Draw an episode and have its world ready; where that cannot be, all stays as it was.

        ``options`` are those of ``FactoryEnv.reset``.
        """
        options = dict(options)
        scenario = _scenario(options.pop("scenario")) if "scenario" in options else self.scenario
        site, production = self._drawn(rng), None
        if scenario is not None:
            production = _production(scenario, rng, options.pop("randomization", None))
            site = self._staged(production, site, rng, options).prepare()
            options |= production.ends
        stays = self._world is not None and self._site is site
        world = self.world if stays else self.worlds.take(site)
        people = world.patrols.save()
        try:
            episode = self._task.goals.draw(site, world.patrols, rng, options)
        except BaseException:
            world.patrols.restore(people)
            if not stays:
                self.worlds.give_back(site, world)
            raise
        if not stays:
            self.leave()
        self._site, self._world, self.scenario, self.production = site, world, scenario, production
        if production is not None:
            production.cast(world.patrols)
        return episode

    def direct(self) -> None:
        """Change what the scenario changes by now."""
        if self.production is None:
            return
        world = self.world
        self.production.direct(world.patrols, world.planar()[:2])
        changed = self.production.due(world.time)
        if changed is not None:
            world.change(changed.mobile, changed.look)

    def leave(self) -> None:
        """Let others have the world."""
        if self._world is not None:
            self.worlds.give_back(self.site, self._world)
            self._world = None

    def _drawn(self, rng: np.random.Generator) -> Site:
        """A site that the task can be on, prepared; the last one drawn where there seems to be none."""
        for _ in range(SITE_TRIES):
            site = self.sites.draw(rng).prepare()
            if self._task.goals.fit(site):
                break
        return site

    def _staged(self, production: Production, site: Site, rng: np.random.Generator, options: Mapping[str, Any]) -> Site:
        """What the scenario makes of a site, or of the next one that is drawn where its case has no place."""
        for _ in range(SITE_TRIES if self.sites.several else 0):
            try:
                return production.site(site, self._task.goals, options)
            except PlanningError:
                site = self._drawn(rng)
        return production.site(site, self._task.goals, options)


def _scenario(chosen: str | Path | Scenario | None) -> Scenario | None:
    return scenarios.load(chosen) if isinstance(chosen, str | Path) else chosen


def _production(scenario: Scenario, rng: np.random.Generator, stored: Any) -> Production:
    """What a scenario makes of an episode, drawn or as it was drawn before."""
    draws = None if stored is None else [Draw.of(one) for one in stored]
    # A generator of its own: what a scenario draws leaves the draw of start and goal as it was.
    return Production(scenario, int(rng.spawn(1)[0].integers(2**31)), draws)
