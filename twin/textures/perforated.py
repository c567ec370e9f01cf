"""Uprights of racks."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds
from twin.textures._texture import Texture


def perforated(rng: np.random.Generator) -> Floats:
    """Two rows of slots in painted steel, two slots high."""
    paint = 0.93 + 0.02 * clouds(rng)
    for column in (0.3, 0.7):
        across = np.abs(X - column * SIZE) / (0.07 * SIZE)
        along = np.abs((Y % (SIZE / 2)) - SIZE / 4) / (0.15 * SIZE)
        slot = np.clip((1 - np.hypot(across, along)) * 8, 0, 1)
        paint = paint * (1 - 0.82 * slot)
    fold = np.minimum(X, SIZE - X)
    return np.asarray(paint - 0.2 * np.exp(-fold / 12))


TEXTURE = Texture(perforated)
