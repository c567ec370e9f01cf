"""Square markers for docking and localisation."""

import numpy as np

from twin.textures._paint import SIZE, Floats
from twin.textures._texture import Texture

_WORDS = (0b10000, 0b10111, 0b01001, 0b01110)
"""Rows of five modules; each stands for two bits (Garrido-Jurado et al., 2014: the original ArUco dictionary)."""
_MODULES = 9
"""Five of data, one of black border and one of white margin on each side."""


def modules(number: int) -> Floats:
    """The marker's squares (9, 9) with its white margin: 1 is white."""
    grid = np.ones((_MODULES, _MODULES))
    grid[1:-1, 1:-1] = 0
    for row in range(5):
        word = _WORDS[number >> 2 * (4 - row) & 3]
        grid[2 + row, 2:7] = [word >> (4 - column) & 1 for column in range(5)]
    return grid


def marker(_rng: np.random.Generator, number: str) -> Floats:
    """Number 0 to 1023 of the original ArUco dictionary, which any detector of ArUco markers reads."""
    index = np.arange(SIZE) * _MODULES // SIZE
    return np.asarray(0.04 + 0.94 * modules(int(number))[np.ix_(index, index)])


TEXTURE = Texture(
    marker,
    tiles=False,
    argument="a number from 0 to 1023",
    pattern=r"\d{1,3}|10[01]\d|102[0-3]",
    example="17",
)
