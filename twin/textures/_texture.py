"""What is known of a texture before it is painted."""

from collections.abc import Callable
from dataclasses import dataclass

from twin.textures._paint import Floats


@dataclass(frozen=True, slots=True)
class Texture:
    """A painter: called with a random generator, and with what stands after the colon where it takes an argument.

    It returns grey (512, 512) or sRGB (512, 512, 3) in 0..1, the top row first.
    """

    paint: Callable[..., Floats]
    tiles: bool = True
    """Whether it repeats without a seam; what does not is stretched over a face."""
    argument: str = ""
    """What its argument is, such as ``text``; empty where it takes none."""
    pattern: str = ""
    """Regular expression of allowed arguments."""
    example: str = ""
    """An argument to show it with."""

    @property
    def doc(self) -> str:
        """Its painter's docstring."""
        return (self.paint.__doc__ or "").strip()
