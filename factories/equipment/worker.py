"""People who work in the hall."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from typing_extensions import override

from factories.equipment.base import Part
from factories.equipment.mover import Mover
from factories.meshes import person
from factories.shapes import box, capsule, felt, mesh, sphere
from twin.scene import Geom, Motion, Vec3

HEIGHT = 1.75
"""About the median of European adults (ISO 7250-2), with safety shoes and helmet."""
RADIUS = 0.28
WIDTH, DEPTH = 0.56, 0.50


class Worker(Mover):
    """A person in a hi-vis vest who walks from ``at`` through ``waypoints`` and back, or round and round with ``loop``.

    Pushes, and cannot be pushed; faces x. Without waypoints it stands.
    """

    type: Literal["worker"] = "worker"
    landmark: ClassVar[bool] = False
    vest: Literal["orange", "yellow"] = "orange"
    """Colour of the vest."""

    meshes = person.meshes()

    @override
    def footprint(self) -> tuple[float, float]:
        return DEPTH, WIDTH

    @override
    def sweep(self) -> tuple[float, float]:
        return RADIUS, RADIUS

    @override
    def parts(self) -> Iterable[Part]:
        x, y, z = person.SHOULDER
        keypoints = (
            ("head", person.HEAD),
            ("shoulder_left", (x, y, z)),
            ("shoulder_right", (x, -y, z)),
            ("hand_left", person.HAND_BEHIND),
            ("hand_right", _right(person.HAND_AHEAD)),
            ("foot_left", person.FOOT_AHEAD),
            ("foot_right", _right(person.FOOT_BEHIND)),
        )
        geoms = (*self._drawn(), *felt(self._solid()))
        return [Part(geoms, "person", motion=Motion.KINEMATIC, loose=True, keypoints=keypoints)]

    def _drawn(self) -> Iterator[Geom]:
        yield mesh("person_jacket", f"vest_{self.vest}")
        yield mesh("person_bands", "reflective")
        yield mesh("person_trousers", "trousers")
        yield mesh("person_shoes", "seat")
        yield mesh("person_skin", "skin")
        yield mesh("person_helmet", "helmet_white" if self.vest == "orange" else "helmet_blue")

    def _solid(self) -> Iterator[Geom]:
        vest = f"vest_{self.vest}"
        for side, step in ((-0.1, 0.05), (0.1, -0.05)):
            yield capsule(0.075, (step, side, 0.15), (0.0, side * 0.9, 0.85), "trousers")
            yield box((0.28, 0.1, 0.1), (step + 0.05, side, 0.05), "rubber")
        yield box((0.24, 0.38, 0.56), (0.0, 0.0, 1.15), vest)
        for side in (-1, 1):
            yield capsule(0.05, (0.05, side * 0.225, 0.82), (0.0, side * 0.225, 1.38), vest)
        yield sphere(0.11, (0.0, 0.0, 1.57), "skin")
        yield sphere(0.13, (0.0, 0.0, 1.62), "helmet_white")


def _right(point: Vec3) -> Vec3:
    return point[0], -point[1], point[2]
