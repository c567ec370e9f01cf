"""How considerate a way was: scores of a whole episode among people and vehicles that move.

They judge what happened, from the truth; ``metrics.near_misses`` counts the closest of it.
"""

import numpy as np

from twin.geometry import FloatArray

PERSONAL = 0.5
"""Metres between outlines that people want to have to a robot (``Patrol.personal_space``)."""


def intrusions(gaps: FloatArray, space: float = PERSONAL) -> int:
    """How often somebody's personal space was entered.

    Each stretch of steps in which one of the ``gaps`` (n, movers) m between outlines is below ``space`` m counts once.
    """
    inside = np.vstack([np.zeros((1, gaps.shape[1]), dtype=bool), gaps < space])
    return int((~inside[:-1] & inside[1:]).sum())


def time_inside(gaps: FloatArray, period: float, space: float = PERSONAL) -> float:
    """Seconds with anybody's personal space entered, of ``gaps`` (n, movers) m taken ``period`` s apart."""
    return float((gaps < space).any(axis=1).sum() * period)


def times_to_collision(way: FloatArray, movers: FloatArray, room: FloatArray, period: float) -> FloatArray:
    """Seconds until the robot would touch anybody if both went on as they do, soonest of all (n - 1,); inf for never.

    ``way`` (n, 2) and ``movers`` (n, movers, 2): places (m) at steps ``period`` s apart. ``room`` (movers,): the two
    radii together, m. Who touches is at 0 while coming nearer, and at inf while parting (van der Horst, 1990).
    """
    apart = movers[1:] - way[1:, None]
    closing = (np.diff(way, axis=0)[:, None] - np.diff(movers, axis=0)) / period
    toward = np.einsum("nmk,nmk->nm", apart, closing)
    square = np.einsum("nmk,nmk->nm", closing, closing)
    beyond = np.einsum("nmk,nmk->nm", apart, apart) - room**2
    under = toward**2 - square * beyond
    meets = (toward > 0.0) & (under >= 0.0)
    times = np.full(toward.shape, np.inf)
    # The same root as (toward - sqrt(under)) / square, without a difference of nearly equal numbers.
    times[meets] = np.maximum(beyond[meets], 0.0) / (toward[meets] + np.sqrt(under[meets]))
    return np.min(times, axis=1, initial=np.inf)
