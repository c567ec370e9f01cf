"""The dispatcher of deliveries: which stop is next, what a load that arrives is worth, and the battery."""

from dataclasses import replace
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np

from envs.navigation import DUTY
from envs.orders import PACE, Shift, way_through
from envs.stops import Place, field_to, way

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv
    from envs.navigation import NavigationState

PER_METRE, PER_SECOND = 0.002, 0.001
"""Share of the battery that driving and being on take; far more than a real one's, so that a minute shows a shift."""
CHARGING = 0.03
"""Share of the battery that a second at a charger gives."""
LOW, ENOUGH = 0.25, 0.5
"""A robot is sent to a charger before it fetches a load that would leave less than this charge, and stays there until
it has so much that this is left, and so much at least."""
LATE = 0.5
"""What a delivery that comes late is worth, of one in time."""


class Dispatch:
    """The rule that sends the robot from stop to stop, to a charger where its battery is low, and empties that.

    A load changes hands where the robot arrives; at a charger it stays until the battery holds ``ENOUGH``.
    """

    def __init__(self, env: "FactoryEnv") -> None:
        self._env = env
        self._site = env.site
        shift: Shift = env.episode.own
        self._orders = list(shift.orders)
        self._battery = self._lowest = shift.battery
        self._loaded = self._charging = False
        self._in_time = 0.0
        self._delivered = self._charges = 0
        self._chargers = shift.chargers
        self._all = sum(order.priority for order in self._orders)

    def begin(self, state: "NavigationState") -> "NavigationState":
        """Where to go first."""
        if self._should_charge((state.pose[0], state.pose[1])):
            state = self._sent(state)
        return self._told(state, 0.0)

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":
        """Where to go next, and what is left of the battery."""
        metres = hypot(now.pose[0] - before.pose[0], now.pose[1] - before.pose[1])
        seconds = now.time - before.time
        self._battery -= PER_METRE * metres + PER_SECOND * seconds
        if self._charging and now.arrived:
            self._battery = min(1.0, self._battery + CHARGING * seconds)
        self._battery = max(self._battery, 0.0)
        self._lowest = min(self._lowest, self._battery)
        worth = 0.0
        if now.arrived and not (self._charging and self._battery < max(ENOUGH, self._needed(now.goal))):
            worth = self._served(now.time)
            if self._orders:
                now = self._sent(now)
        now = replace(now, arrived=not self._orders, stranded=self._battery <= 0.0)
        return self._told(now, worth)

    def info(self) -> dict[str, Any]:
        """What was done so far."""
        return {
            "deliveries": self._delivered,
            "deliveries_open": len(self._orders),
            "in_time": self._in_time / self._all,
            "battery": self._battery,
            "min_battery": self._lowest,
            "charges": self._charges,
        }

    def _served(self, time: float) -> float:
        """What happens at a stop; the worth of what is delivered there."""
        if self._charging:
            self._charges += 1
            self._charging = False
            return 0.0
        self._loaded = not self._loaded
        if self._loaded:
            return 0.0
        order = self._orders.pop(0)
        self._delivered += 1
        self._in_time += order.priority * (time <= order.due)
        return order.priority * (1.0 if time <= order.due else LATE)

    def _sent(self, state: "NavigationState") -> "NavigationState":
        """On the way to the next stop."""
        order, at = self._orders[0], (state.pose[0], state.pose[1])
        if self._loaded:
            place, then = order.bring, way_through(self._site, order.bring, self._orders[1:])
        else:
            place, then = order.fetch, way_through(self._site, order.fetch, self._orders)
        if self._should_charge(at):
            self._charging = True
            place = min((stop.place for stop in self._chargers), key=lambda xy: way(self._site, at, xy))
            then = way_through(self._site, place, self._orders)
        guide = self._env.guide
        guide.lead_to(
            replace(guide.episode, goal=place, field=field_to(self._site, place), beyond=then), state.time, at
        )
        left = guide.left(state.pose)
        return replace(
            state,
            goal=place,
            distance_to_goal=left,
            previous_distance=left + state.previous_distance - state.distance_to_goal,
            straight_distance=hypot(at[0] - place[0], at[1] - place[1]),
            held=0.0,
            ahead=guide.ahead(at),
        )

    def _should_charge(self, at: Place) -> bool:
        """Whether what is left is too little for the next load, and there is a charger."""
        return bool(self._chargers) and not self._loaded and self._battery < self._needed(at)

    def _needed(self, at: Place) -> float:
        """Charge to begin the next order with: what it takes, and ``LOW``; 1 at most."""
        metres = way_through(self._site, at, self._orders[:1])
        return min(1.0, LOW + PER_METRE * metres + PER_SECOND * metres / PACE)

    def _told(self, state: "NavigationState", worth: float) -> "NavigationState":
        """The state with what the robot knows of itself; see ``DUTY``."""
        order = self._orders[0] if self._orders else None
        duty = dict.fromkeys(DUTY, 0.0)
        duty |= {"battery": self._battery, "loaded": self._loaded, "charging": self._charging, "delivered": worth}
        if order is not None:
            duty |= {"priority": order.priority, "time_left": order.due - state.time}
        return replace(state, duty=np.array([float(duty[name]) for name in DUTY]))
