"""Why an episode failed, by rules that anyone can apply again to its way and its contacts.

A collision is named after what was touched first: a person before a vehicle, a loose thing before a fixed one where
several were touched in one step. An episode that the robot's empty battery ended failed of the ``battery``. One that
ran out of time is

- ``stuck`` where the robot stayed within ``STUCK_EXTENT`` of one place for the last ``WINDOW`` seconds,
- ``slow`` where, in these seconds, it came nearer to the goal by at least half of what it drove,
- ``wandering`` otherwise.
"""

from typing import TYPE_CHECKING

import numpy as np

from twin.geometry import FloatArray
from twin.scene import Instance
from twin.taxonomy import CLASSES

if TYPE_CHECKING:
    from training.evaluation.trace import Trace

TOUCHED = ("person", "vehicle", "loose", "fixed")
"""What a robot can collide with; loose things are not on the map that it is given."""
TIMEOUTS = ("stuck", "slow", "wandering")
BATTERY = "battery"
CAUSES = (*TOUCHED, BATTERY, *TIMEOUTS)
WINDOW = 15.0
"""Seconds before the end that are looked at."""
STUCK_EXTENT = 0.5
"""Metres."""
USEFUL = 0.5
"""Share of the way driven that must bring the robot nearer for it to be merely slow."""
STANDING = 0.05
"""m/s below which a robot was standing when it was touched: the other one ran into it."""
_GROUPS = {c.name: c.supercategory for c in CLASSES}

WORDS = {
    "person": "touched a person",
    "vehicle": "touched a vehicle",
    "loose": "touched a loose thing",
    "fixed": "touched a fixed thing",
    "battery": "out of battery",
    "stuck": "out of time, stuck",
    "slow": "out of time, on its way",
    "wandering": "out of time, wandering",
}
"""For people."""


def kind_of(instance: Instance) -> str:
    """One of ``TOUCHED``."""
    group = _GROUPS.get(instance.class_name, "")
    if group in ("person", "vehicle"):
        return group
    return "loose" if instance.loose else "fixed"


def cause(outcome: str, trace: "Trace") -> str:
    """One of ``CAUSES``; empty for a success."""
    if outcome == "success":
        return ""
    if outcome == "collision":
        return trace.touched[0]
    if outcome == "stranded":
        return BATTERY
    return timeout_cause(trace.way, trace.distances, trace.period)


def timeout_cause(way: FloatArray, distances: FloatArray, period: float) -> str:
    """Why time ran out, from places (n, 2) m and distances to the goal (n,) m that are ``period`` s apart."""
    last = max(2, round(WINDOW / period))
    end, left = way[-last:], distances[-last:]
    if np.hypot(*np.ptp(end, axis=0)) <= STUCK_EXTENT:
        return "stuck"
    driven = float(np.hypot(*np.diff(end, axis=0).T).sum())
    return "slow" if left[0] - left[-1] >= USEFUL * driven else "wandering"
