"""Warning stripes."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, over, wear
from twin.textures._texture import Texture


def hazard_stripes(rng: np.random.Generator) -> Floats:
    """Black stripes at 45 degrees on the material's colour, scuffed."""
    period = SIZE / 2
    stripe = np.clip(np.abs(((X + Y) % period) - period / 2) - period / 4 + 0.5, 0, 1)
    face = over(0.96 + 0.02 * clouds(rng), 0.09, stripe)
    return over(face, 0.55, 0.5 * wear(rng, 0.04))


TEXTURE = Texture(hazard_stripes)
