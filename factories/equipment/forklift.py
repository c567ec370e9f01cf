"""Counterbalance forklifts."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Part
from factories.equipment.mover import Distances, Mover, Spaces, Speeds
from factories.meshes import forklift
from factories.shapes import ALONG_Y, bar, box, cylinder, felt, mesh
from twin.scene import Geom, Motion

LENGTH, WIDTH, HEIGHT = 3.3, 1.15, 2.15
"""An electric 1.6 t counterbalance truck: 2.15 m to the fork face, forks of 1.15 m (VDI 2198 data sheets)."""
FORK_LENGTH = 1.15


class Forklift(Mover):
    """A forklift; its forks point along x. Parked, or driving through ``waypoints`` forks first and back in reverse."""

    type: Literal["forklift"] = "forklift"
    stands_for_itself: ClassVar[bool] = True
    fork_height: Annotated[float, Field(ge=0.05, le=1.6)] = 0.1
    """Top of the forks above the floor, m."""
    color: Literal["orange", "yellow", "red"] = "orange"
    """Of the paint."""

    speed: Speeds = 1.5
    """m/s; about 6 km/h where people walk."""
    personal_space: Spaces = 1.0
    """m between it and a robot within which it stops."""
    reaction_distance: Distances = 10.0
    """m within which it sees others."""

    meshes = forklift.meshes()
    turn_rate = 0.6

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        keypoints = (
            ("fork_tip_left", (LENGTH / 2, 0.28, self.fork_height)),
            ("fork_tip_right", (LENGTH / 2, -0.28, self.fork_height)),
            ("roof", (-0.5, 0.0, HEIGHT)),
        )
        geoms = (*self._drawn(), *felt(self._solid()))
        motion = Motion.KINEMATIC if self.waypoints else Motion.STATIC
        return [Part(geoms, "forklift", motion=motion, loose=True, keypoints=keypoints)]

    def _drawn(self) -> Iterator[Geom]:
        lift = (0.0, 0.0, self.fork_height)
        yield mesh("forklift_body", f"truck_{self.color}")
        yield mesh("forklift_frame", "steel_dark")
        yield mesh("forklift_carriage", "steel_dark", position=lift)
        yield mesh("forklift_forks", "steel", position=lift)
        yield mesh("forklift_seat", "seat")
        yield mesh("forklift_tyres", "rubber")
        yield mesh("forklift_rims", "rim")
        yield mesh("forklift_lamps", "lamp")

    def _solid(self) -> Iterator[Geom]:
        paint = f"truck_{self.color}"
        back, face = -LENGTH / 2, LENGTH / 2 - FORK_LENGTH
        yield box((1.45, 1.0, 0.35), (back + 1.15, 0.0, 0.33), "steel_dark")  # chassis
        yield box((0.55, 1.05, 0.85), (back + 0.275, 0.0, 0.60), paint)  # counterweight
        yield box((0.75, 0.95, 0.38), (back + 0.85, 0.0, 0.69), paint)  # battery cover
        yield box((0.5, 0.5, 0.12), (back + 0.85, 0.0, 0.94), "seat")
        yield box((0.12, 0.5, 0.5), (back + 0.62, 0.0, 1.2), "seat")
        yield box((0.3, 0.95, 0.5), (back + 1.7, 0.0, 0.65), paint)  # dashboard
        yield cylinder(0.16, 0.03, (back + 1.5, 0.0, 1.0), "rubber")  # steering wheel
        for x, radius in ((back + 0.42, 0.22), (face - 0.35, 0.28)):
            for side in (-1, 1):
                yield cylinder(radius, 0.16, (x, side * (WIDTH - 0.16) / 2, radius), "rubber", ALONG_Y)
        yield from self._roof(back)
        yield from self._mast(face)

    def _roof(self, back: float) -> Iterator[Geom]:
        for side in (-0.45, 0.45):
            yield bar((back + 0.3, side, 1.0), (back + 0.5, side, HEIGHT - 0.04), 0.06, "steel_dark")
            yield bar((back + 1.78, side, 0.85), (back + 1.5, side, HEIGHT - 0.04), 0.06, "steel_dark")
        yield box((1.15, 0.98, 0.05), (back + 1.0, 0.0, HEIGHT - 0.025), "steel_dark")

    def _mast(self, face: float) -> Iterator[Geom]:
        for side in (-0.35, 0.35):
            yield box((0.12, 0.1, HEIGHT - 0.1), (face - 0.14, side, HEIGHT / 2), "steel_dark")
        yield box((0.08, 0.6, 0.1), (face - 0.14, 0.0, HEIGHT - 0.12), "steel_dark")
        low = self.fork_height
        yield box((0.05, 0.95, 0.45), (face - 0.045, 0.0, low + 0.25), "steel_dark")  # carriage
        for z in (0.6, 0.75, 0.9):
            yield box((0.04, 0.95, 0.04), (face - 0.045, 0.0, low + z), "steel_dark")  # load guard
        for side in (-0.28, 0.28):
            yield box((FORK_LENGTH, 0.12, 0.045), (face + FORK_LENGTH / 2, side, low - 0.0225), "steel")
            yield box((0.045, 0.12, 0.5), (face + 0.0, side, low + 0.22), "steel")
