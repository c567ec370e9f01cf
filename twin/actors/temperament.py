"""Who is in a hurry, who keeps away, who waits: drawn from an episode's seed within what a patrol allows."""

import numpy as np

from twin.actors.columns import COOPERATES, MANNER, NEVER, PATIENCE, REACTION, SPACE, SPEED, TRAITS, WAITS
from twin.geometry import FloatArray
from twin.scene import Manner, Patrol, Range


def temperaments(patrols: tuple[Patrol, ...], rng: np.random.Generator | None = None) -> FloatArray:
    """A row for each patrol, as ``columns`` says; without ``rng``, the middle of every range and the first manner."""
    shares = np.full((len(patrols), TRAITS), 0.5) if rng is None else rng.random((len(patrols), TRAITS))
    rows = np.zeros((len(patrols), TRAITS))
    for row, share, patrol in zip(rows, shares, patrols, strict=True):
        row[SPEED] = _within(patrol.speed, share[SPEED])
        row[SPACE] = _within(patrol.personal_space, share[SPACE])
        row[PATIENCE] = _within(patrol.patience, share[PATIENCE])
        row[REACTION] = _within(patrol.reaction_distance, share[REACTION])
        manners = manners_of(patrol)
        row[MANNER] = _number(manners[0 if rng is None else int(share[MANNER] * len(manners))])
    return rows


def manners_of(patrol: Patrol) -> tuple[Manner, ...]:
    """Those that it may have in an episode."""
    return patrol.yields if isinstance(patrol.yields, tuple) else (patrol.yields,)


def _within(allowed: Range, share: float) -> float:
    low, high = allowed if isinstance(allowed, tuple) else (allowed, allowed)
    return float(low + share * (high - low))


def _number(manner: Manner) -> float:
    return COOPERATES if manner == "cooperates" else WAITS if manner else NEVER
