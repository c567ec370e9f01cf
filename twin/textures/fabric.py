"""Work clothes."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds
from twin.textures._texture import Texture


def fabric(rng: np.random.Generator) -> Floats:
    """Twill with soft folds."""
    twill = np.sin(2 * np.pi * (X + Y) / (SIZE / 64))
    return np.asarray(0.86 + 0.09 * clouds(rng, 60.0, 3) + 0.03 * twill)


TEXTURE = Texture(fabric)
