"""What a scenario makes of a scene in which nobody drives: a hall for stills, or one whose poses are recorded."""

from collections.abc import Iterable
from functools import cache

import robots
from envs.scenarios.model import Scenario
from envs.scenarios.production import Production
from envs.sites import ROBOT, Site
from factories.layout import Layout
from robots.robot import Robot
from twin.scene import Scene
from twin.staging import Staging
from twin.world import Mobile

LONG_AGO = 60.0
"""s after the start of an episode, at which its case has happened."""


@cache
def nobody() -> Robot:
    """Whose sensors and drive a scenario may change, although nobody drives: any robot will do."""
    return robots.load("amr")


def in_hall(hall: Site, scenario: Scenario, seed: int) -> tuple[Layout, Staging, Production]:
    """A hall at the start of an episode, or where the scenario has a case, after it has happened.

    Raises ``PlanningError`` where the case has no place.
    """
    production = Production(scenario, seed)
    site = production.site(hall)
    after = production.due(LONG_AGO) if scenario.case is not None else None
    return site.layout, after or site.staging, production


def over(scene: Scene, scenario: Scenario, seed: int, times: Iterable[float]) -> tuple[Staging, Production]:
    """A scene that was built, and what changes until the last of ``times`` (s, ascending); its layout is what it is."""
    production, robot = Production(scenario, seed), nobody()
    staging = production.staged(Staging(scene, Mobile(ROBOT, robot.drive, robot.sensors)))
    for time in times:
        staging = production.due(float(time)) or staging
    return staging, production
