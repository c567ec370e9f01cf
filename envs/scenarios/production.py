"""One episode of a scenario: its draws, what they make of a site, and what changes while it runs."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, Self

import numpy as np

from envs.goals import Goals
from envs.scenarios.cases import Setting
from envs.scenarios.cases._cues import Cue, Cues
from envs.scenarios.model import Scenario, related
from envs.sites import Site
from factories.randomizers import LayoutRandomizer
from twin.errors import InputError, PlanningError
from twin.look import Look
from twin.patrols import Patrols
from twin.randomizers import Drawing, Drawn, Randomizer
from twin.samplers import Dice
from twin.scene import validate
from twin.staging import Staging
from twin.streams import stream


@dataclass(frozen=True, slots=True)
class Draw:
    """What one randomizer drew, and when: seconds after the start."""

    name: str
    at: float
    drawn: Drawn

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"name": self.name, "at": self.at, "drawn": dict(self.drawn)}

    @classmethod
    def of(cls, data: Any) -> Self:
        """Inverse of ``data``; raises ``InputError``."""
        try:
            return cls(str(data["name"]), float(data["at"]), dict(data["drawn"]))
        except (KeyError, TypeError, ValueError):
            raise InputError(f"a draw has name, at and drawn, unlike {str(data)[:80]!r}") from None


class Production:
    """Draws as it goes along, or does again what was drawn before."""

    def __init__(self, scenario: Scenario, seed: int, replayed: Iterable[Draw] | None = None) -> None:
        """``replayed``: the draws of an earlier production of that scenario, in place of new ones."""
        self.scenario, self.seed = scenario, seed
        self.draws: list[Draw] = []
        self.looks: list[tuple[float, Look]] = []
        """From which second on cameras and lights were how."""
        self._given: Staging
        """What is randomized: nothing of it is, yet."""
        self._latest: dict[str, Drawn] = {}
        self._script = None if replayed is None else {(d.name, round(d.at, 6)): d for d in replayed}
        self._case: Drawn | None = None
        self._case_waits = False
        self._cues = Cues(())
        self._clock = dict.fromkeys((one.label for one in scenario.randomizers if one.mode == "interval"), 0)

    def site(self, site: Site, goals: Goals | None = None, options: Mapping[str, Any] | None = None) -> Site:
        """What the scenario makes of a site at the start.

        A case looks for a place in the way of one of the episodes that ``goals`` draws with ``options``; raises
        ``PlanningError`` where there is none.
        """
        self.draws = []
        layout = site.layout
        for one in self.scenario.randomizers:
            if isinstance(one, LayoutRandomizer):
                layout = one.apply(layout, self._drawn(one, 0, 0.0, layout))
        base = self._with_case(site.over(layout), goals, options)
        staging = self.staged(base.staging)
        return replace(base, stage=lambda _: staging, reusable=False)

    @property
    def ends(self) -> dict[str, Any]:
        """Options of the task's goals by which the episode meets the case."""
        drawn = self._case or {}
        return {key: drawn[key] for key in ("start", "goal") if key in drawn}

    def cast(self, patrols: Patrols) -> None:
        """Have those of the case take their places who wait for the robot."""
        self._cues.begin(patrols)

    def direct(self, patrols: Patrols, robot: tuple[float, float]) -> None:
        """Let those of the case go whose time has come; ``robot``: where it is."""
        self._cues.watch(patrols, robot)

    def due(self, time: float) -> Staging | None:
        """What sensors and looks are ``time`` s after the start, where they have changed; None where not."""
        changed = self._case_waits and time >= _time_of(self._case)
        for one in self.scenario.randomizers:
            if one.every is None or not isinstance(one, Randomizer):
                continue
            while (self._clock[one.label] + 1) * one.every <= time + 1e-6:
                self._clock[one.label] += 1
                k = self._clock[one.label]
                self._latest[one.label] = self._drawn(one, k, k * one.every, self._given)
                changed = True
        if not changed:
            return None
        return self._as_drawn(time)

    def data(self) -> dict[str, Any]:
        """All draws until now, as JSON has it: enough to do the same again."""
        return {
            "scenario": self.scenario.data(),
            "scenario_seed": self.seed,
            "randomization": [draw.data() for draw in self.draws],
            "looks": [{"at": at, "look": look.data()} for at, look in self.looks],
        }

    def staged(self, staging: Staging) -> Staging:
        """What the scenario makes of a staging at the start; layouts are what they are."""
        self._given = staging = replace(staging, look=replace(staging.look, seed=self.seed))
        for one in self.scenario.randomizers:
            if isinstance(one, Randomizer):
                self._latest[one.label] = self._drawn(one, 0, 0.0, staging)
                staging = one.apply(staging, self._latest[one.label])
        staging = self._with_case_at(0.0, staging)
        validate(staging.scene)
        return staging

    def _as_drawn(self, time: float) -> Staging:
        """What was given, with the latest draws in the order of the file: no draw adds to the one before it."""
        staging = self._given
        for one in self.scenario.randomizers:
            if isinstance(one, Randomizer):
                staging = one.apply(staging, self._latest[one.label])
        return self._with_case_at(time, staging)

    def _with_case_at(self, time: float, staging: Staging) -> Staging:
        """And with what the case has changed by then, which nothing undoes."""
        if self.scenario.case is not None and self._case is not None:
            staging = self.scenario.case.apply(staging, self._case)
            if time >= _time_of(self._case):
                self._case_waits = False
                staging = self.scenario.case.change(staging, self._case)
        self.looks.append((time, staging.look))
        return staging

    def _with_case(self, site: Site, goals: Goals | None, options: Mapping[str, Any] | None) -> Site:
        """The site with what the case puts into it."""
        case = self.scenario.case
        if case is None:
            return site
        drawn: Any = self._drawn(case, 0, 0.0, Setting(site, goals, options or {}))
        if drawn.get("layout") != site.layout.digest():
            raise PlanningError(f"the case '{case.label}' was drawn for another layout than '{site.layout.name}'")
        self._case, self._case_waits = drawn, True
        self._cues = Cues(tuple(Cue.of(one) for one in drawn.get("movers", ())))
        if not drawn.get("equipment"):
            return site
        return site.over(site.layout.with_more(drawn["equipment"]))

    def _drawn(self, one: Drawing, number: int, time: float, given: Any) -> Drawn:
        """The ``number``-th draw of a randomizer, drawn or replayed."""
        if self._script is not None:
            found = self._script.get((one.label, round(time, 6)))
            if found is None:
                raise InputError(f"scenario '{self.scenario.name}': no stored draw of '{one.label}' at {time:g} s")
            draw = found
        else:
            seed = self.scenario.seed if one.mode == "startup" else self.seed
            rng = np.random.default_rng((seed, zlib.crc32(one.label.encode()), number))
            drawing: Any = one
            drawn = drawing.draw(given, Dice(rng.random, self._decided(one, seed, number)))
            # What is done is what a file gives back: no tuples, no numbers of NumPy.
            draw = Draw(one.label, time, json.loads(json.dumps(drawn)))
        self.draws.append(draw)
        return draw.drawn

    def _decided(self, one: Drawing, seed: int, number: int) -> Mapping[str, float]:
        """Uniform numbers of those of its parameters that go with others: one for all draws of a parameter at a time.

        Each begins with a normal number of its own name's, so that nothing depends on how many there are.
        """
        correlations = self.scenario.correlations
        if not correlations:
            return {}
        mine = f"{one.label}."
        names, matrix = related(correlations)
        if not any(name.startswith(mine) for name in names):
            return {}
        normal = np.array([stream(f"scenarios/{name}", seed, number).standard_normal() for name in names])
        together = np.linalg.cholesky(matrix) @ normal
        shares = {name: NormalDist().cdf(float(z)) for name, z in zip(names, together, strict=True)}
        return {name.removeprefix(mine): u for name, u in shares.items() if name.startswith(mine)}


def _time_of(drawn: Drawn | None) -> float:
    """Seconds after which a case changes something."""
    at: Any = (drawn or {}).get("at", 0.0)
    return float(at)
