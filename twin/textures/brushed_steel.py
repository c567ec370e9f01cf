"""Bare and galvanised steel."""

import numpy as np

from twin.textures._paint import Floats, clouds, noise
from twin.textures._texture import Texture


def brushed_steel(rng: np.random.Generator) -> Floats:
    """Fine strokes along the image's width, and cloudy spangle."""
    return np.asarray(0.88 + 0.05 * noise(rng, 90.0, 0.8) + 0.03 * clouds(rng, 40.0) + 0.02 * noise(rng, 9.0, 9.0))


TEXTURE = Texture(brushed_steel)
