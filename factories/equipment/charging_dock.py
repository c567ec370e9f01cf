"""Charging docks for mobile robots."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Face, Part
from factories.shapes import box, plate

LENGTH, WIDTH, HEIGHT = 0.30, 0.60, 0.55
MARKER = 0.2
MARKER_Z = 0.35


class ChargingDock(Equipment):
    """A charger that a robot drives up to along -x: the face with the contacts and the marker is its +x side."""

    type: Literal["charging_dock"] = "charging_dock"

    marker: Annotated[int, Field(ge=0, le=1023)] | None = None
    """Of its marker in the original ArUco dictionary; where left out, the number at the end of its name, or 0."""

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def faces(self) -> tuple[Face, ...]:
        return (Face(LENGTH / 2, 0.0, 0.0, WIDTH),)

    @override
    def parts(self) -> Iterable[Part]:
        face = LENGTH / 2
        marker = f"marker:{self.number if self.marker is None else self.marker}"
        geoms = (
            box((LENGTH - 0.06, WIDTH, HEIGHT), (-0.03, 0.0, HEIGHT / 2), "machine_white"),
            box((0.06, WIDTH - 0.2, 0.16), (face - 0.03, 0.0, 0.14), "steel_dark"),
            box((0.01, WIDTH - 0.3, 0.03), (face - 0.003, 0.0, 0.18), "steel", collides=False),
            box((0.01, MARKER, MARKER), (face - 0.055, 0.0, MARKER_Z), marker, collides=False),
            box((LENGTH - 0.06, WIDTH, 0.03), (-0.03, 0.0, HEIGHT + 0.015), "beacon_green", collides=False),
            *(plate("sign:charging", 0.18, 0.18, (-0.03, y, 0.36), "y") for y in (-WIDTH / 2, WIDTH / 2)),
        )
        half = MARKER / 2
        x = face - 0.05
        keypoints = (
            ("marker", (x, 0.0, MARKER_Z)),
            ("marker_top_left", (x, -half, MARKER_Z + half)),
            ("marker_top_right", (x, half, MARKER_Z + half)),
            ("marker_bottom_right", (x, half, MARKER_Z - half)),
            ("marker_bottom_left", (x, -half, MARKER_Z - half)),
            ("contact", (face, 0.0, 0.18)),
        )
        return [Part(geoms, "charging_dock", keypoints=keypoints)]
