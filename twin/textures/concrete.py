"""Ground concrete floor."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line, noise, over
from twin.textures._texture import Texture

_SLABS = 2


def concrete(rng: np.random.Generator) -> Floats:
    """Poured slabs, two each way, with sawn joints, clouds, stains, tyre marks and fine cracks."""
    grey = 0.88 + 0.035 * clouds(rng, 90.0) + 0.03 * noise(rng, 0.8, 0.8) + 0.015 * noise(rng, 3.0, 3.0)
    slab = SIZE // _SLABS
    tint = rng.normal(0, 0.02, (_SLABS, _SLABS))
    grey += np.kron(tint, np.ones((slab, slab)))
    stains = clouds(rng, 40.0, 3)
    grey -= 0.10 * np.clip(stains - 1.5, 0, 1.2)
    grey -= 0.06 * np.clip(noise(rng, 120.0, 2.5) - 1.7, 0, 1)  # tyre marks, along x and y
    grey -= 0.06 * np.clip(noise(rng, 2.5, 120.0) - 1.7, 0, 1)
    wander = 3 * noise(rng, 30.0, 30.0)
    grey -= 0.05 * line(clouds(rng, 80.0, 2) * 60 + wander, 0.7) * (clouds(rng, 120.0, 1) > 0.8)
    for axis in (X, Y):
        grey -= 0.28 * line((axis + slab / 2) % slab - slab / 2, 1.0)
    return over(grey, (0.80, 0.76, 0.68), 0.25 * np.clip(clouds(rng, 120.0, 2) - 0.6, 0, 1))


TEXTURE = Texture(concrete)
