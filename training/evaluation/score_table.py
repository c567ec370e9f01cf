"""The scores that every evaluation tells, one entry each: all files, tables and comparisons are made from ``SCORES``.

To add one, note its value of each episode in ``training.evaluation.driving``, and add an entry here and a row in
``docs/evaluation.md``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from training.report.intervals import Estimate, mean, proportion

Episode: TypeAlias = Mapping[str, Any]
Episodes: TypeAlias = Sequence[Episode]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of an agent, from a value that each of its episodes has."""

    name: str
    """In files, and in each episode where ``value`` says nothing else."""
    title: str
    """Over its column, with its unit."""
    about: str = ""
    """A sentence below the table, where the title does not say it all."""
    columns: tuple[str, ...] = ()
    """Of an episode, what ``value`` reads; its name where empty."""
    value: Callable[[Episode], float] | None = None
    """Of an episode; what it has under ``name`` where None."""
    share: bool = False
    """Whether the value is yes or no: its mean is a share then, with Wilson's interval."""
    arrived: bool = False
    """Whether only episodes that succeeded count."""
    shown: Literal["percent", "ratio", "decimal"] = "ratio"
    """How a table writes it."""
    tabled: bool = True
    """Whether it has a column in the tables of pages."""
    published: bool = True
    """Whether it has one in ``docs/benchmarks.md``, too."""
    compared: bool = False
    """Whether two agents are compared by it."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of what an episode must hold."""
        return self.columns or (self.name,)

    def of(self, episodes: Episodes) -> Estimate | None:
        """Its mean with an interval; None where no episode has the figure, as in results from before it was noted."""
        counted = [e for e in episodes if e["success"]] if self.arrived else episodes
        if not self._noted(counted):
            return None
        values = [self.of_one(episode) for episode in counted]
        return proportion([bool(value) for value in values]) if self.share else mean(values)

    def difference(self, pairs: Sequence[tuple[Episode, Episode]]) -> Estimate | None:
        """Second minus first of an episode, over those that both have the figure of; None where there are none."""
        both = [(a, b) for a, b in pairs if a["success"] and b["success"]] if self.arrived else pairs
        if not self._noted([episode for pair in both for episode in pair]):
            return None
        return mean([self.of_one(b) - self.of_one(a) for a, b in both])

    def of_one(self, episode: Episode) -> float:
        """Its value in an episode."""
        return float(episode[self.name] if self.value is None else self.value(episode))

    def _noted(self, episodes: Episodes) -> bool:
        return all(name in episode for episode in episodes for name in self.reads)


def _own(episode: Episode) -> bool:
    """Whether the robot collided by its own doing: by its task's judgement where it has one, else while it drove."""
    if "caused_by_robot" in episode:
        return bool(episode["caused_by_robot"] > 0)
    return bool(episode["collisions"] > 0 and not episode["struck_standing"])


SCORES = (
    Measure("success", "success", share=True, shown="percent", compared=True),
    Measure("spl", "SPL", compared=True),
    Measure("soft_spl", "soft SPL", compared=True),
    Measure(
        "collision_rate",
        "collided",
        "Collided: episodes with any contact but the floor's.",
        columns=("collisions",),
        value=lambda episode: episode["collisions"] > 0,
        share=True,
        shown="percent",
    ),
    Measure(
        "own_collision_rate",
        "own collisions",
        "Own collisions: those in which the robot was not standing still when it was touched; in SocialNav, those that "
        "it caused.",
        columns=("collisions", "struck_standing"),
        value=_own,
        share=True,
        shown="percent",
    ),
    Measure("collisions", "collisions", tabled=False, compared=True),
    Measure(
        "near_misses",
        "near misses",
        "Near misses: for an episode, how often the driving robot came within 0.3 m of a person or vehicle.",
        compared=True,
    ),
    Measure(
        "time_to_goal",
        "time to goal",
        "Time, in seconds: of the successful episodes.",
        arrived=True,
        shown="decimal",
        compared=True,
    ),
    Measure("path_length", "way, m", shown="decimal", published=False, compared=True),
    Measure("jerk", "jerk, m/s³", shown="decimal"),
)
"""In the order of the tables."""
TABLED = tuple(score for score in SCORES if score.tabled)
COMPARED = tuple(score for score in SCORES if score.compared)
READ = tuple(dict.fromkeys(name for score in SCORES for name in score.reads))
"""What every episode must hold."""
