"""Rubber."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line, noise
from twin.textures._texture import Texture


def rubber(rng: np.random.Generator) -> Floats:
    """Dusty black rubber with a chevron tread."""
    pitch = SIZE / 8
    zigzag = (X + np.abs(Y - SIZE / 2) * 0.5) % pitch
    return np.asarray(0.78 + 0.07 * clouds(rng, 40.0) + 0.03 * noise(rng, 1, 1) - 0.35 * line(zigzag - pitch / 2, 6))


TEXTURE = Texture(rubber)
