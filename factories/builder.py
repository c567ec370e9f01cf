"""From a layout to the scene that engines simulate and renderers draw."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Protocol, TypeVar

from factories.cameras import overview_cameras
from factories.equipment import Equipment, Part, kinds
from factories.extents import bounding_box, meshes
from factories.layout import Layout
from factories.lights import lights
from factories.materials import MATERIALS, textured
from factories.shapes import PLATE, box, stand
from twin.errors import InputError
from twin.scene import (
    Body,
    Geom,
    Instance,
    Material,
    Patrol,
    Pose,
    Scene,
    Shape,
    Vec3,
    merge,
    validate,
)

T = TypeVar("T")

WALL_THICKNESS = 0.2
BASE_HEIGHT = 1.1
"""m, of the darker part of outer walls."""
WINDOWS_FROM = 4.5
"""m of height from which outer walls have windows."""


class Placeable(Protocol):
    """What can be put into a hall: a robot."""

    def scene(self, pose: Pose, name: str = "robot") -> Scene:
        """Its bodies, standing at ``pose``."""


def build(layout: Layout, robot: Placeable | None = None, pose: Pose | None = None) -> Scene:
    """The scene of a layout, with ``robot`` standing at ``pose`` when given. The same layout gives the same scene.

    The layout is taken as it is; ``factories.load`` and ``factories.validation.validate`` check it. Raises
    ``InputError`` for a robot without a pose.
    """
    hall = replace(
        _Collected.hall(layout).scene(layout.name), lights=lights(layout.lights), cameras=overview_cameras(layout)
    )
    if robot is None:
        validate(hall)
        return hall
    if pose is None:
        raise InputError("a robot needs a pose to stand at: build(layout, robot, Pose.planar(x, y, yaw))")
    return merge(hall, robot.scene(pose))


def furnish(name: str, equipment: Iterable[Equipment]) -> Scene:
    """The scene of equipment alone, without a hall around it: no floor, no walls, no lights, no cameras."""
    collected = _Collected()
    for item in equipment:
        collected.place(item)
    scene = collected.scene(name)
    validate(scene)
    return scene


class _Collected:
    """Collects bodies and numbers their instances from 1 without gaps."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        self.instances: list[Instance] = []
        self.patrols: list[Patrol] = []
        self._boxes: dict[int, tuple[Vec3, Vec3]] = {}

    @classmethod
    def hall(cls, layout: Layout) -> "_Collected":
        """Everything of a layout."""
        found = cls()
        for name, part in shell(layout):
            found.add(name, part, part.pose)
        for item in layout.equipment:
            found.place(item)
        return found

    def scene(self, name: str) -> Scene:
        """What was collected, with the materials and meshes that it uses."""
        geoms = [geom for body in self.bodies for geom in body.geoms]
        return Scene(
            name,
            tuple(self.bodies),
            tuple(self.instances),
            _used(_materials(), (geom.material for geom in geoms)) + _plates(geoms),
            _used(meshes(), (geom.mesh for geom in geoms)),
            patrols=tuple(self.patrols),
        )

    def place(self, item: Equipment) -> None:
        """A piece of equipment."""
        half = item.heading / 2
        place = Pose((*item.at, 0.0), (math.cos(half), 0.0, 0.0, math.sin(half)))
        for part in item.parts():
            self.add(f"{item.name}/{part.name}" if part.name else item.name, part, stand(place, part.pose))
        if patrol := item.patrol():
            self.patrols.append(patrol)

    def add(self, name: str, part: Part, pose: Pose) -> None:
        """A body."""
        number = len(self.instances) + 1 if part.class_name else 0
        if number:
            center, size = self._box(part.geoms)
            self.instances.append(
                Instance(number, name, part.class_name, name, center, size, part.keypoints, part.loose)
            )
        self.bodies.append(Body(name, pose, part.geoms, part.motion, mass=part.mass, instance=number))

    def _box(self, geoms: tuple[Geom, ...]) -> tuple[Vec3, Vec3]:
        """Centre and size of the box around geoms; parts that are alike share theirs, which the bodies keep alive."""
        if id(geoms) not in self._boxes:
            self._boxes[id(geoms)] = bounding_box(geoms)
        return self._boxes[id(geoms)]


def shell(layout: Layout) -> Iterator[tuple[str, Part]]:
    """Floor and outer walls by name; the walls stand outside of the hall's size."""
    x0, y0, x1, y1 = layout.bounds
    x, y, t, h = (x0 + x1) / 2, (y0 + y1) / 2, WALL_THICKNESS, layout.height
    plane = Geom(Shape.PLANE, (layout.size[0] / 2, layout.size[1] / 2, 0.0), material="concrete")
    yield "floor", Part((plane,), "floor", pose=Pose((x, y, 0.0)))
    for name, position, length, depth, inwards in (
        ("wall_south", (x, y0 - t / 2, 0.0), layout.size[0] + 2 * t, t, (0, 1)),
        ("wall_north", (x, y1 + t / 2, 0.0), layout.size[0] + 2 * t, t, (0, -1)),
        ("wall_west", (x0 - t / 2, y, 0.0), t, layout.size[1], (1, 0)),
        ("wall_east", (x1 + t / 2, y, 0.0), t, layout.size[1], (-1, 0)),
    ):
        wall = box((length, depth, h), (0.0, 0.0, h / 2), "wall_panel")
        yield name, Part((wall, *_wall_faces(length, depth, h, inwards)), "wall", pose=Pose(position))


def _wall_faces(length: float, depth: float, height: float, inwards: tuple[int, int]) -> Iterator[Geom]:
    """What the hall sees of an outer wall besides its cladding: a darker base, and windows below the roof."""
    to_x, to_y = inwards
    x, y = to_x * WALL_THICKNESS / 2, to_y * WALL_THICKNESS / 2
    size = (PLATE, depth) if to_x else (length - 2 * WALL_THICKNESS, PLATE)
    base = min(BASE_HEIGHT, height / 4)
    yield box((*size, base), (x, y, base / 2), "wall_base", collides=False)
    if height >= WINDOWS_FROM:
        yield box((*size, 0.15 * height), (x, y, 0.82 * height), "window", collides=False)


@cache
def _materials() -> dict[str, Material]:
    return MATERIALS | {material.name: material for kind in kinds().values() for material in kind.materials}


def _plates(geoms: Iterable[Geom]) -> tuple[Material, ...]:
    """Materials of signs and labels, which are named as their texture."""
    return tuple(textured(name) for name in sorted({geom.material for geom in geoms if ":" in geom.material}))


def _used(known: dict[str, T], names: Iterable[str]) -> tuple[T, ...]:
    used = set(names)
    return tuple(value for name, value in known.items() if name in used)
