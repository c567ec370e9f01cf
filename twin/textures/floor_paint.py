"""Lines on the floor."""

import numpy as np

from twin.textures._paint import Floats, clouds, noise, over, wear
from twin.textures._texture import Texture


def floor_paint(rng: np.random.Generator) -> Floats:
    """Paint on concrete: rolled over, dirty, worn through in places."""
    paint = 0.93 + 0.03 * clouds(rng, 50.0) + 0.015 * noise(rng, 1.5, 1.5)
    paint -= 0.10 * np.clip(noise(rng, 70.0, 3.0) - 1.2, 0, 1)
    return over(paint, (0.60, 0.62, 0.64), 0.75 * wear(rng, 0.10, 5.0))


TEXTURE = Texture(floor_paint)
