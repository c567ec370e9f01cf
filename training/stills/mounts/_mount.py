"""What a mount is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mount:
    """A kind of place for cameras."""

    heights: tuple[float, float]
    """m above the floor, least and most; the roof may be lower."""
    pitches: tuple[float, float]
    """rad below the horizon, least and most."""
    radius: float
    """m from the camera's axis to whatever else is there, at least."""
    stands: bool = True
    """Whether its carrier stands on the floor, so that the camera has free floor below it."""
    share: float = 1.0
    """How often it is drawn, beside the others."""
