"""Loads in film."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line, noise, over
from twin.textures._texture import Texture

_COLUMNS, _ROWS = 3, 4

TINT = (0.92, 0.86, 0.78)
"""Colour of the material to be laid on: alone it stands for the whole."""


def stretch_wrap(rng: np.random.Generator) -> Floats:
    """Cartons of different tone seen through stretch film with slanting folds and shine."""
    wide, high = SIZE / _COLUMNS, SIZE / _ROWS
    tone = rng.normal(0.74, 0.08, (_ROWS, _COLUMNS))[(Y // high).astype(int), (X // wide).astype(int)]
    joints = np.maximum(line((X + wide / 2) % wide - wide / 2, 3), line((Y + high / 2) % high - high / 2, 3))
    below = tone[..., None] * np.array([0.86, 0.68, 0.48]) * (1 - 0.55 * joints[..., None])
    label = (np.abs(X % wide - 0.7 * wide) < 26) & (np.abs(Y % high - 0.6 * high) < 20)
    below = over(below, 0.92, label)
    film = 0.34 + 0.08 * clouds(rng, 60.0)
    slant = (Y + 0.18 * X + 6 * noise(rng, 80.0, 20.0)) / 64 * 2 * np.pi
    film += 0.10 * np.clip(np.sin(slant) - 0.6, 0, 1) + 0.18 * np.clip(noise(rng, 60.0, 2.0) - 1.0, 0, 1.5)
    return over(below, (0.93, 0.96, 0.98), np.clip(film, 0.1, 0.85)) / TINT


TEXTURE = Texture(stretch_wrap, tiles=False)
