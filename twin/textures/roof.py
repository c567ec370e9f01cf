"""The underside of a hall's roof."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line
from twin.textures._texture import Texture


def roof(rng: np.random.Generator) -> Floats:
    """Trapezoidal sheet on purlins."""
    rib = SIZE / 16
    wave = np.clip(1.6 * np.sin(2 * np.pi * X / rib), -1, 1)
    grey = 0.80 + 0.10 * wave + 0.02 * clouds(rng)
    purlin = SIZE / 2
    return np.asarray(grey * (1 - 0.45 * line((Y % purlin) - purlin / 2, 12.0, 2.0)))


TEXTURE = Texture(roof)
