"""Rough sawn boards."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line, noise, over
from twin.textures._texture import Texture

_BOARDS = 6


def wood(rng: np.random.Generator) -> Floats:
    """Grain along the image's width, boards of different tone, knots, and greyed streaks."""
    height = SIZE / _BOARDS
    board = (Y // height).astype(int)
    wavy = Y + 5 * noise(rng, 120.0, 12.0)
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * wavy / 9 + rng.uniform(0, 6, _BOARDS)[board])
    grey = 0.86 + rng.normal(0, 0.05, _BOARDS)[board] - 0.07 * rings
    grey += 0.05 * noise(rng, 60.0, 0.9) + 0.03 * noise(rng, 90.0, 5.0)
    for _ in range(5):
        x, y = rng.uniform(30, SIZE - 30, 2)
        far = np.hypot((X - x) / 1.5, Y - y)
        grey -= 0.35 * np.exp(-((far / 5) ** 2)) + 0.08 * np.exp(-((far / 13) ** 2)) * np.sin(far)
    grey -= 0.25 * line(Y % height, 1.2)
    return over(grey, (0.78, 0.78, 0.76), 0.35 * np.clip(clouds(rng, 50.0) - 0.4, 0, 1))


TEXTURE = Texture(wood)
