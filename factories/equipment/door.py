"""Doors and dock gates, closed."""

from collections.abc import Iterable
from typing import Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part, Sign
from factories.shapes import PLATE, box


class Door(Equipment):
    """A closed door or sectional gate across its x axis, to set against a wall. A dock gate is about 3 x 3.5 m."""

    type: Literal["door"] = "door"
    width: Length = 3.0
    """Along x, m."""
    height: Length = 3.5
    """m."""
    thickness: Length = 0.08
    """m."""

    sign: Sign = ""
    """On its leaf; where left out, ``exit`` on narrow doors and the number at the end of the name on gates."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.width, self.thickness

    @property
    @override
    def sign_text(self) -> str:
        return self.sign or ("exit" if self.width < 2 else str(self.number or ""))

    @override
    def parts(self) -> Iterable[Part]:
        frame = min(0.15, self.width / 4)
        leaf = (self.width - 2 * frame, self.thickness * 0.6, self.height - frame)
        post = (frame, self.thickness, self.height)
        head = (self.width - 2 * frame, self.thickness, frame)
        x = (self.width - frame) / 2
        text = self.sign_text
        side = min(0.35 * leaf[0], 0.25 * leaf[2], 0.8)
        at = (0.0, 0.0, 0.78 * leaf[2])
        signs = [box((side, leaf[1] + PLATE, side), at, f"sign:{text}", collides=False)] if text else []
        geoms = (
            box(leaf, (0.0, 0.0, leaf[2] / 2), "door_panel"),
            box(post, (-x, 0.0, self.height / 2), "hazard"),
            box(post, (x, 0.0, self.height / 2), "hazard"),
            box(head, (0.0, 0.0, self.height - frame / 2), "steel_dark"),
            *signs,
        )
        return [Part(geoms, "door")]
