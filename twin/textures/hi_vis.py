"""Warning clothes."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds
from twin.textures._texture import Texture


def hi_vis(rng: np.random.Generator) -> Floats:
    """Knitted fluorescent cloth in folds."""
    knit = np.sin(2 * np.pi * X / (SIZE / 48)) * np.sin(2 * np.pi * Y / (SIZE / 48))
    return np.asarray(0.90 + 0.07 * clouds(rng, 50.0, 3) + 0.02 * knit)


TEXTURE = Texture(hi_vis)
