"""Signs: words, and pictograms of our own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from twin.textures._paint import SIZE, Floats, canvas, drawn, write
from twin.textures._symbols import bolt, forklift, running_person, walking_person
from twin.textures._texture import Texture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_YELLOW, _GREEN, _BLUE, _RED = "#f2c200", "#0b8a47", "#1558a8", "#c4161c"


def sign(_rng: np.random.Generator, text: str) -> Floats:
    """Black words on yellow; ``exit``, ``charging``, ``no_entry``, ``forklift``, ``pedestrians`` are pictograms."""
    image, pen = canvas(_YELLOW)
    if text in PICTOGRAMS:
        PICTOGRAMS[text](pen)
    else:
        pen.rectangle((12, 12, SIZE - 12, SIZE - 12), outline="black", width=14)
        write(pen, text, (50, 60, SIZE - 50, SIZE - 60))
    return drawn(image)


def _exit(pen: "ImageDraw") -> None:
    pen.rectangle((0, 0, SIZE, SIZE), fill=_GREEN)
    pen.rectangle((285, 90, 455, 450), fill="white")
    running_person(pen, (60, 100, 370, 450), "white")
    running_person(pen, (130, 100, 440, 450), _GREEN)
    pen.rectangle((0, 88, 284, 470), fill=_GREEN)
    running_person(pen, (40, 110, 330, 450), "white")
    pen.polygon([(60, 40), (20, 62), (60, 84)], fill="white")
    pen.rectangle((60, 54, 180, 70), fill="white")


def _charging(pen: "ImageDraw") -> None:
    pen.rectangle((0, 0, SIZE, SIZE), fill=_BLUE)
    pen.rounded_rectangle((90, 150, 400, 380), 24, outline="white", width=26)
    pen.rectangle((400, 220, 436, 310), fill="white")
    bolt(pen, (150, 170, 340, 360), "white")


def _no_entry(pen: "ImageDraw") -> None:
    pen.rectangle((0, 0, SIZE, SIZE), fill="white")
    pen.ellipse((26, 26, SIZE - 26, SIZE - 26), fill=_RED)
    pen.rectangle((100, 214, SIZE - 100, 298), fill="white")


def _forklift(pen: "ImageDraw") -> None:
    pen.rectangle((0, 0, SIZE, SIZE), fill="white")
    pen.polygon([(256, 20), (502, 460), (10, 460)], fill="black")
    pen.polygon([(256, 64), (462, 436), (50, 436)], fill=_YELLOW)
    forklift(pen, (150, 240, 370, 420), "black")


def _pedestrians(pen: "ImageDraw") -> None:
    pen.rectangle((0, 0, SIZE, SIZE), fill="white")
    pen.ellipse((20, 20, SIZE - 20, SIZE - 20), fill=_BLUE)
    walking_person(pen, (126, 76, 386, 446), "white")


PICTOGRAMS: dict[str, Callable[["ImageDraw"], None]] = {
    "exit": _exit,
    "charging": _charging,
    "no_entry": _no_entry,
    "forklift": _forklift,
    "pedestrians": _pedestrians,
}

TEXTURE = Texture(
    sign, tiles=False, argument="at most 12 letters, or a pictogram's name", pattern=r"[\w .+-]{1,12}", example="A12"
)
