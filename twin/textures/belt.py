"""Conveyor belts."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, clouds, line, noise
from twin.textures._texture import Texture


def belt(rng: np.random.Generator) -> Floats:
    """Woven rubber with cross ribs and dust."""
    pitch = SIZE / 16
    across = (X + pitch / 2) % pitch - pitch / 2
    return np.asarray(0.80 + 0.08 * clouds(rng, 60.0) + 0.05 * noise(rng, 50.0, 1.5) - 0.16 * line(across, 3))


TEXTURE = Texture(belt)
