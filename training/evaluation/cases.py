"""What to run: an agent, an environment and its episodes, under a variation."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factories.layout import Layout
from training.evaluation.contents import contents
from training.evaluation.variations import NOMINAL, Variation
from twin import extensions


@dataclass(frozen=True, slots=True)
class Case:
    """One episode: what the environment is reset with, and the layout where it is not the evaluation's own."""

    seed: int
    layout: Layout | None = field(default=None, repr=False)
    """In place of that in the evaluation's options."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An agent (a name, a run's folder or a policy's file) and the episodes it is to drive."""

    agent: str
    env: str
    cases: tuple[Case, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of ``gymnasium.make``."""
    deterministic: bool = True
    variation: Variation = NOMINAL
    trajectories: bool = False
    """Keep the robot's way, the goal and the route of every episode."""

    def identity(self) -> str:
        """SHA-256 of everything that decides the results but our code; of files it is the content that counts."""
        given = {
            "agent": self.agent,
            "policy": policy_digest(self.agent),
            "env": self.env,
            "options": dict(self.options),
            "contents": contents(self.options),
            "version": extensions.version(),
            "deterministic": self.deterministic,
            "variation": self.variation.model_dump(mode="json"),
            "trajectories": self.trajectories,
            "cases": [(case.seed, case.layout and case.layout.digest()) for case in self.cases],
        }
        return digest(given)


def seeds(first: int, count: int) -> tuple[Case, ...]:
    """Episodes in the layouts of the evaluation's options, reset with ``first``, ``first + 1``..."""
    return tuple(Case(first + i) for i in range(count))


def policy_digest(agent: str) -> str | None:
    """SHA-256 of the file a policy acts from; None for an agent that is not learned."""
    from training.policies.run import acting_file

    path = acting_file(agent)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def digest(data: Any) -> str:
    """SHA-256 of plain data, whatever the order of its keys and the type of its mappings."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()
