"""Faces of cartons, with print, labels and tape."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, canvas, clouds, drawn, line, noise, over, write
from twin.textures._symbols import arrows_up, bars, glass
from twin.textures._texture import Texture

_MAKERS = ("NORDIA", "KELVO", "PAXON", "ORBIT", "LUMEN", "TESSA", "VARIO", "HELIX")
_TAPE = (0.93, 0.90, 0.80)
_INK = 0.22


def carton(rng: np.random.Generator, variant: str) -> Floats:
    """Corrugated board; its print, label and tape differ with the number."""
    number = int(variant)
    board = 0.90 + 0.02 * clouds(rng, 80.0) + 0.018 * noise(rng, 0.8, 60.0)
    edge = np.minimum(np.minimum(X, SIZE - X), np.minimum(Y, SIZE - Y))
    board -= 0.16 * np.exp(-edge / 5) + 0.06 * np.exp(-edge / 30)  # creases, and less light near them
    face = over(board, _INK, 0.75 * _print(rng, number))
    tail = (Y < 110) | (Y > SIZE - 75)
    tape = line(X - SIZE / 2, 30.0) * tail
    face = over(face, _TAPE, 0.55 * tape)
    face -= 0.12 * (line(np.abs(X - SIZE / 2) - 30, 1.0) * tail)[..., None]
    return _with_label(rng, face, number)


def _print(rng: np.random.Generator, number: int) -> Floats:
    image, pen = canvas("black")
    maker = _MAKERS[number % len(_MAKERS)]
    write(pen, maker, (70, 150, SIZE - 70, 245), "white")
    if number % 2:
        pen.rectangle((70, 252, SIZE - 70, 262), fill="white")
    arrows_up(pen, 390, 400, 70)
    glass(pen, 320, 400, 70)
    write(pen, f"{rng.integers(100, 999)}-{rng.integers(10, 99)}", (60, 420, 220, 455), "white")
    return np.asarray(drawn(image)[..., 0])


def _with_label(rng: np.random.Generator, face: Floats, number: int) -> Floats:
    image, pen = canvas()
    left, top = (310, 285) if number % 3 else (60, 285)
    bars(pen, rng, (left + 12, top + 40, left + 128, top + 90))
    write(pen, f"{rng.integers(10**5, 10**6)}", (left + 12, top + 8, left + 128, top + 34))
    inside = (left < X) & (left + 140 > X) & (top < Y) & (top + 100 > Y)
    return np.where(inside[..., None], drawn(image), face)


TEXTURE = Texture(carton, tiles=False, argument="the number of a print", pattern=r"\d{1,4}", example="3")
