"""Hand pallet trucks."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Part
from factories.meshes import pallet_truck
from factories.shapes import ALONG_Y, bar, box, cylinder, felt, mesh
from twin.scene import Geom

LENGTH, WIDTH, HEIGHT = 1.55, 0.54, 1.22
"""A hand pallet truck for EUR pallets: forks of 1150 mm, 540 mm over the forks (EN ISO 3691-5)."""
FORK_LENGTH = 1.15
FORK_Z = 0.085


class PalletTruck(Equipment):
    """A parked hand pallet truck; its forks point along x."""

    type: Literal["pallet_truck"] = "pallet_truck"
    stands_for_itself: ClassVar[bool] = True
    color: Literal["orange", "yellow", "red"] = "yellow"
    """Of the paint."""

    meshes = pallet_truck.meshes()

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        keypoints = (
            ("fork_tip_left", (LENGTH / 2, 0.19, FORK_Z)),
            ("fork_tip_right", (LENGTH / 2, -0.19, FORK_Z)),
            ("handle", (-LENGTH / 2 + 0.05, 0.0, HEIGHT - 0.03)),
        )
        geoms = (*self._drawn(), *felt(self._solid()))
        return [Part(geoms, "pallet_truck", loose=True, keypoints=keypoints)]

    def _drawn(self) -> Iterator[Geom]:
        yield mesh("pallet_truck_body", f"truck_{self.color}")
        yield mesh("pallet_truck_drawbar", "steel_dark")
        yield mesh("pallet_truck_wheels", "rubber")
        yield mesh("pallet_truck_steel", "rim")

    def _solid(self) -> Iterator[Geom]:
        paint = f"truck_{self.color}"
        face = LENGTH / 2 - FORK_LENGTH
        for side in (-0.19, 0.19):
            yield box((FORK_LENGTH, 0.16, 0.05), (face + FORK_LENGTH / 2, side, FORK_Z - 0.025), paint)
            yield cylinder(0.035, 0.07, (LENGTH / 2 - 0.2, side, 0.035), "rubber", ALONG_Y)
        yield box((0.12, 0.5, 0.25), (face - 0.06, 0.0, 0.2), paint)
        yield cylinder(0.07, 0.4, (face - 0.17, 0.0, 0.35), "steel_dark")  # pump
        for side in (-0.07, 0.07):
            yield cylinder(0.09, 0.05, (face - 0.17, side, 0.09), "rubber", ALONG_Y)
        end = -LENGTH / 2 + 0.05
        yield bar((face - 0.17, 0.0, 0.5), (end, 0.0, HEIGHT - 0.05), 0.04, "steel_dark")  # drawbar
        yield box((0.05, 0.34, 0.05), (end, 0.0, HEIGHT - 0.03), "rubber")
