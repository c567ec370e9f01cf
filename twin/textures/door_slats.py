"""Sectional doors."""

import numpy as np

from twin.textures._paint import SIZE, Floats, Y, clouds, line, noise
from twin.textures._texture import Texture


def door_slats(rng: np.random.Generator) -> Floats:
    """Level sections, each with a lighter upper edge and a shadow below it."""
    slat = SIZE / 4
    down = Y % slat
    grey = 0.90 + 0.05 * (1 - down / slat) + 0.015 * clouds(rng) - 0.03 * np.clip(noise(rng, 3, 60) - 1, 0, 1)
    grey -= 0.35 * line(down - 3, 2.5) + 0.10 * line(down - slat / 2, 1.5) - 0.06 * line(down - 8, 2)
    return np.asarray(grey)


TEXTURE = Texture(door_slats)
