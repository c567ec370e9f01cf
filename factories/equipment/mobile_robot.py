"""Other robots, which drive by themselves among the one that is driven."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator
from typing_extensions import override

import robots
from factories.equipment.base import Part
from factories.equipment.mover import Distances, Mover, Speeds
from factories.manners import Manners
from robots.robot import Robot
from twin.errors import unknown_name
from twin.scene import Geom, Material, Motion, Pose


def _known(name: str) -> str:
    if name not in robots.names():
        raise ValueError(unknown_name("robot", name, robots.names()))
    return name


@cache
def _model(name: str) -> Robot:
    return robots.load(name)


def _all_materials() -> Iterator[Material]:
    for name in robots.names():
        yield from _model(name).scene(Pose()).materials


class MobileRobot(Mover):
    """A robot that drives through ``waypoints`` by itself, or is parked; it turns on the spot and faces x."""

    type: Literal["mobile_robot"] = "mobile_robot"
    robot: Annotated[str, AfterValidator(_known)] = "amr"
    """Which of the shipped robots it looks like."""
    speed: Speeds = 1.0
    """m/s."""
    yields: Manners = "cooperates"
    """To robots, as for workers."""
    reaction_distance: Distances = 8.0
    """m within which it sees others."""

    turn_rate = 1.2
    materials = tuple(dict.fromkeys(_all_materials()))

    @override
    def footprint(self) -> tuple[float, float]:
        low, high = _model(self.robot).footprint.min(axis=0), _model(self.robot).footprint.max(axis=0)
        return 2 * float(max(-low[0], high[0])), 2 * float(max(-low[1], high[1]))

    @override
    def parts(self) -> Iterable[Part]:
        motion = Motion.KINEMATIC if self.waypoints else Motion.STATIC
        return [Part(tuple(self._geoms()), "robot", motion=motion, loose=True)]

    def _geoms(self) -> Iterator[Geom]:
        """Of all its bodies, as one: its wheels do not turn."""
        poses: dict[str, Pose] = {"": Pose()}
        for body in _model(self.robot).scene(Pose()).bodies:
            wheel = bool(body.parent)
            poses[body.name] = poses[body.parent] @ body.pose
            for geom in body.geoms:
                if geom.visible:  # what wheels touch the floor with is not
                    yield replace(geom, pose=poses[body.name] @ geom.pose, collides=geom.collides or wheel)
