"""Driving episodes one after another in one process."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import gymnasium
import numpy as np

from envs import metrics
from envs.agents import Agent
from factories.layout import Layout
from training.endings import ending
from training.evaluation.cases import Case, Evaluation
from training.evaluation.causes import STANDING, cause
from training.evaluation.trace import Trace
from training.evaluation.variations import Disturbed

EpisodeResult = dict[str, Any]
DIGITS = 4
"""Of places that are kept: a tenth of a millimetre."""


class Driver:
    """One environment and the agent in it, kept while episodes are in the same layout."""

    def __init__(self, evaluation: Evaluation, **options: Any) -> None:
        """``options`` are added to those of the environment."""
        self._evaluation = evaluation
        self._stack = ExitStack()
        changed = evaluation.variation.changes_robot
        folder = self._stack.enter_context(TemporaryDirectory(prefix="twin-eval-")) if changed else ""
        self._options = {**evaluation.variation.options(evaluation.options, Path(folder)), **options}
        self._env: gymnasium.Env[Any, Any] | None = None
        self._layout: Layout | None = None

    def drive(self, case: Case) -> EpisodeResult:
        """The episode's scores."""
        result: EpisodeResult = {}
        for found in self.steps(case):
            result = found
        return result

    def steps(self, case: Case) -> Iterator[EpisodeResult]:
        """Empty after every step but the last, which gives the scores; ``env`` can be looked at in between."""
        env = self.prepare(case)
        agent = self._agent
        inner: Any = env.unwrapped
        observation, info = env.reset(seed=case.seed)
        agent.reset(case.seed)
        # Before the first step: a dispatcher leads to other goals.
        asked = {name: [float(v) for v in getattr(inner.episode, name)] for name in ("start", "goal")}
        trace = Trace(inner)
        total, ended, truncated = 0.0, False, False
        while not (ended or truncated):
            observation, reward, ended, truncated, info = env.step(agent.act(observation))
            total += float(reward)
            trace.add()
            if not (ended or truncated):
                yield {}
        result = self._scored(case, info, trace, stranded=bool(inner.state.stranded))
        result |= {"reward": total, **asked}
        if self._evaluation.trajectories:
            kept = {"trajectory": trace.way, "route": inner.navigator.route, "movers": trace.movers}
            result |= {name: np.round(points, DIGITS).tolist() for name, points in kept.items()}
        yield result

    @property
    def env(self) -> gymnasium.Env[Any, Any]:
        """The environment of the current episode."""
        if self._env is None:
            raise RuntimeError("no episode has begun")
        return self._env

    def close(self) -> None:
        """Free the environment."""
        if self._env is not None:
            self._env.close()
        self._env = None
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self, case: Case) -> gymnasium.Env[Any, Any]:
        """Make environment and agent where the last case's do not serve; ``InputError`` where they do not fit."""
        if self._env is not None and case.layout == self._layout:
            return self._env
        if self._env is not None:
            self._env.close()
            self._env = None
        layout = {"layout": case.layout} if case.layout else {}
        env = gymnasium.make(self._evaluation.env, disable_env_checker=True, **{**self._options, **layout})
        self._env, self._layout = env, case.layout
        self._agent = self._disturbed(env)
        return env

    def _disturbed(self, env: gymnasium.Env[Any, Any]) -> Agent:
        from training.policies.agent import resolve

        given, inner = self._evaluation, env.unwrapped
        first = given.cases[0].seed if given.cases else 0
        agent = resolve(given.agent, inner, first, deterministic=given.deterministic)  # type: ignore[arg-type]
        varied = given.variation
        if not (varied.observation_delay or varied.action_delay or varied.blank):
            return agent
        spaces: Mapping[str, Any] = inner.observation_space.spaces  # type: ignore[attr-defined]
        return Disturbed(agent, varied, {name: space.high for name, space in spaces.items()}, inner)

    def _scored(self, case: Case, info: Mapping[str, Any], trace: Trace, *, stranded: bool) -> EpisodeResult:
        ended = ending(arrived=info["is_success"], collided=info["collisions"] > 0, stranded=stranded)
        contact = bool(trace.touched)
        return {
            "seed": case.seed,
            # Of tasks that do not count them by the outlines of all who move, in sight or not.
            "near_misses": metrics.near_misses(trace.mover_gaps, trace.way, trace.period, touched=contact),
            **{name: _plain(value) for name, value in info.items() if name != "instruction"},
            "outcome": ended,
            "cause": cause(ended, trace),
            "struck_standing": contact and trace.speed_at_contact < STANDING,
            "smallest_gap": float(trace.gaps.min()),
            "smallest_mover_gap": float(trace.mover_gaps.min()),
            "jerk": metrics.jerk(trace.way, trace.period),
        }


def _plain(value: Any) -> Any:
    """A number or text without NumPy's type, as JSON needs it."""
    return value.item() if isinstance(value, np.generic) else value
