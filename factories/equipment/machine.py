"""Processing machines."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Part
from factories.shapes import box, cylinder
from twin.scene import Geom


class Machine(Equipment):
    """An enclosed machine tool, of the size of a small machining centre; its window and panel face -y."""

    type: Literal["machine"] = "machine"
    hides_people: ClassVar[bool] = True
    length: Annotated[float, Field(ge=0.8, le=12)] = 2.6
    """m."""
    depth: Annotated[float, Field(ge=0.6, le=6)] = 1.8
    """m."""
    height: Annotated[float, Field(ge=0.8, le=5)] = 2.2
    """Without its beacon, m."""
    color: Literal["white", "green"] = "white"
    """Of its enclosure."""
    state: Literal["running", "waiting"] = "running"
    """Colour of its beacon."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, self.depth

    @override
    def parts(self) -> Iterable[Part]:
        return [
            Part(tuple(self._geoms()), "machine", keypoints=(("window", (0.0, -self.depth / 2, self.height * 0.6)),))
        ]

    def _geoms(self) -> Iterator[Geom]:
        length, depth, height = self.length, self.depth - 0.1, self.height
        front = -self.depth / 2
        plinth = 0.12
        yield box((length, depth, plinth), (0.0, 0.05, plinth / 2), "steel_dark")
        yield box((length, depth, height * 0.45), (0.0, 0.05, plinth + height * 0.225), f"machine_{self.color}")
        upper = height * 0.55 - plinth
        yield box((length, depth - 0.2, upper), (0.0, 0.15, height - upper / 2), f"machine_{self.color}")
        window = (length * 0.45, 0.24, upper * 0.7)
        yield box(window, (-length * 0.08, front + 0.2, height - upper * 0.55), "glass_dark")
        yield box((0.35, 0.28, 0.5), (length / 2 - 0.25, front + 0.14, height * 0.62), "steel_dark")
        yield box((0.28, 0.02, 0.2), (length / 2 - 0.25, front + 0.008, height * 0.66), "screen", collides=False)
        yield box((length, 0.02, 0.12), (0.0, front + 0.09, plinth + 0.06), "hazard", collides=False)
        beacon = "beacon_green" if self.state == "running" else "beacon_orange"
        yield cylinder(0.04, 0.25, (length / 2 - 0.15, 0.1, height + 0.125), beacon)
