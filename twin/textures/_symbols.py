"""Signs that are drawn: handling marks, bars, and pictograms of our own."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Box = tuple[float, float, float, float]


def arrows_up(pen: "ImageDraw", x: float, y: float, size: float, color: str = "white") -> None:
    """The mark for keeping upright: two arrows on a line, their box's upper left corner at x, y."""
    for at in (x + 0.28 * size, x + 0.72 * size):
        pen.rectangle((at - 0.06 * size, y + 0.35 * size, at + 0.06 * size, y + 0.85 * size), fill=color)
        tip = [(at - 0.2 * size, y + 0.38 * size), (at, y), (at + 0.2 * size, y + 0.38 * size)]
        pen.polygon(tip, fill=color)
    pen.rectangle((x, y + 0.9 * size, x + size, y + size), fill=color)


def glass(pen: "ImageDraw", x: float, y: float, size: float, color: str = "white") -> None:
    """Fragile: a wine glass."""
    bowl = [(0.25, 0.0), (0.75, 0.0), (0.66, 0.45), (0.5, 0.56), (0.34, 0.45)]
    pen.polygon([(x + u * size, y + v * size) for u, v in bowl], fill=color)
    pen.rectangle((x + 0.46 * size, y + 0.5 * size, x + 0.54 * size, y + 0.92 * size), fill=color)
    pen.rectangle((x + 0.28 * size, y + 0.9 * size, x + 0.72 * size, y + size), fill=color)


def bars(pen: "ImageDraw", rng: np.random.Generator, box: Box) -> None:
    """Bars that carry nothing, for print too small to be read."""
    left, top, right, bottom = box
    x = left
    while x < right:
        wide = float(rng.integers(2, 6))
        pen.rectangle((x, top, min(x + wide, right), bottom), fill="black")
        x += wide + float(rng.integers(2, 6))


def running_person(pen: "ImageDraw", box: Box, color: str) -> None:
    """Someone on the way out through a door."""
    _person(
        pen,
        box,
        color,
        head=(0.60, 0.12),
        limbs=(
            ((0.56, 0.26), (0.44, 0.56)),
            ((0.56, 0.30), (0.76, 0.42), (0.86, 0.32)),
            ((0.54, 0.30), (0.34, 0.34), (0.26, 0.48)),
            ((0.45, 0.56), (0.62, 0.70), (0.56, 0.94)),
            ((0.44, 0.56), (0.36, 0.76), (0.12, 0.80)),
        ),
    )


def walking_person(pen: "ImageDraw", box: Box, color: str) -> None:
    """Someone on foot."""
    _person(
        pen,
        box,
        color,
        head=(0.5, 0.10),
        limbs=(
            ((0.5, 0.25), (0.5, 0.56)),
            ((0.5, 0.28), (0.36, 0.44), (0.38, 0.56)),
            ((0.5, 0.28), (0.64, 0.42), (0.62, 0.56)),
            ((0.5, 0.56), (0.60, 0.74), (0.66, 0.96)),
            ((0.5, 0.56), (0.42, 0.76), (0.32, 0.94)),
        ),
    )


def _person(
    pen: "ImageDraw",
    box: Box,
    color: str,
    head: tuple[float, float],
    limbs: tuple[tuple[tuple[float, float], ...], ...],
) -> None:
    left, top, right, bottom = box
    wide, high = right - left, bottom - top

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + point[0] * wide, top + point[1] * high

    x, y = at(head)
    radius = 0.09 * high
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
    for i, limb in enumerate(limbs):
        thick = int((0.17 if i == 0 else 0.10) * high)
        pen.line([at(p) for p in limb], fill=color, width=thick, joint="curve")
        for px, py in (at(limb[0]), at(limb[-1])):
            pen.ellipse((px - thick / 2, py - thick / 2, px + thick / 2, py + thick / 2), fill=color)


def forklift(pen: "ImageDraw", box: Box, color: str) -> None:
    """A forklift from the side, its forks to the right."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top

    def rectangle(x0: float, y0: float, x1: float, y1: float) -> None:
        pen.rectangle((left + x0 * wide, top + y0 * high, left + x1 * wide, top + y1 * high), fill=color)

    def wheel(x: float, y: float, r: float) -> None:
        cx, cy, radius = left + x * wide, top + y * high, r * high
        pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=color)

    rectangle(0.05, 0.50, 0.56, 0.78)
    rectangle(0.05, 0.42, 0.22, 0.78)
    rectangle(0.16, 0.10, 0.20, 0.5)
    rectangle(0.50, 0.10, 0.54, 0.5)
    rectangle(0.14, 0.06, 0.56, 0.12)
    rectangle(0.26, 0.34, 0.32, 0.50)
    rectangle(0.62, 0.0, 0.68, 0.92)
    rectangle(0.68, 0.86, 0.98, 0.92)
    wheel(0.16, 0.84, 0.14)
    wheel(0.48, 0.84, 0.14)


def bolt(pen: "ImageDraw", box: Box, color: str) -> None:
    """A flash: electricity."""
    left, top, right, bottom = box
    points = [(0.60, 0.0), (0.22, 0.56), (0.48, 0.56), (0.38, 1.0), (0.80, 0.40), (0.53, 0.40)]
    pen.polygon([(left + u * (right - left), top + v * (bottom - top)) for u, v in points], fill=color)
