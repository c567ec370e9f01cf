"""How far two collections of pictures are apart, in what, and whether chance explains it: ``twin gap``.

``measure(a, b)`` compares; ``ablate`` finds out which randomizer narrows the gap to a target.
"""

from training.gap.measure import Gap, Measured, measure

__all__ = ["Gap", "Measured", "measure"]
