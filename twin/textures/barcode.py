"""Barcodes and shelf labels."""

import numpy as np

from twin.textures._paint import SIZE, Floats, canvas, drawn, write
from twin.textures._texture import Texture

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
"""Left-hand digits of odd parity (ISO/IEC 15420); the right-hand ones are their complement."""
_PARITY = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")


def ean13(number: int) -> tuple[str, str]:
    """The 13 digits of a number with its check digit, and its 95 bars (1 is dark)."""
    digits = f"{number:012d}"
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    digits += str(-total % 10)
    left = "".join(_left(int(d), p) for d, p in zip(digits[1:7], _PARITY[int(digits[0])], strict=True))
    right = "".join(_flipped(_ODD[int(d)]) for d in digits[7:])
    return digits, f"101{left}01010{right}101"


def barcode(_rng: np.random.Generator, number: str) -> Floats:
    """A label with the number in large figures above its EAN-13 code."""
    digits, code = ean13(int(number))
    image, pen = canvas()
    write(pen, number, (40, 30, SIZE - 40, 190))
    module, left = 4, (SIZE - 95 * 4) // 2
    for i, dark in enumerate(code):
        if dark == "1":
            pen.rectangle((left + i * module, 220, left + (i + 1) * module - 1, 420), fill="black")
    write(pen, digits, (left, 440, left + 95 * module, 490))
    return drawn(image)


def _flipped(bits: str) -> str:
    return bits.translate(str.maketrans("01", "10"))


def _left(digit: int, parity: str) -> str:
    return _ODD[digit] if parity == "O" else _flipped(_ODD[digit])[::-1]


TEXTURE = Texture(barcode, tiles=False, argument="a number of at most 12 digits", pattern=r"\d{1,12}", example="4711")
