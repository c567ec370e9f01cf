"""Where episodes start and end: small frozen data that a task holds, each with the way it draws an episode."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from envs.episodes import Episode
    from envs.sites import Site
    from twin.patrols import Patrols


class Goals(Protocol):
    """A kind of episodes. The modules that draw them are heavy, so they are imported where they are needed."""

    def fit(self, site: "Site") -> bool:
        """Whether there can be such episodes on a site."""

    def draw(
        self, site: "Site", patrols: "Patrols", rng: np.random.Generator, options: Mapping[str, Any] | None = None
    ) -> "Episode":
        """An episode; moves those who walk to where they begin.

        Raises ``PlanningError`` where there is none, ``UnknownNameError`` and ``InputError`` for wrong ``options``.
        """


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """From one free place to another. ``options``: ``start`` (x, y, heading) and ``goal`` (x, y) may be fixed."""

    min_distance: float = 3.0
    """Shortest way from start to goal that is drawn, metres; less where the layout has no longer one."""
    max_distance: float = 25.0
    apart: float = 0.8
    """Metres that are too short in any layout."""

    def fit(self, site: "Site") -> bool:  # noqa: ARG002 - the contract's; a site without free places is an error
        """Everywhere."""
        return True

    def draw(
        self, site: "Site", patrols: "Patrols", rng: np.random.Generator, options: Mapping[str, Any] | None = None
    ) -> "Episode":
        """See ``Goals``; raises ``PlanningError`` for a start in collision or a goal without a way."""
        from envs.episodes import between_places

        return between_places(site, patrols, self, rng, options)


def way_left(episode: "Episode", pose: tuple[float, float, float]) -> float:
    """Metres from a pose to the goal on the known map, and on from there."""
    return episode.field.distance_at(pose[0], pose[1]) + episode.beyond
