"""What to make of which photos."""

from dataclasses import dataclass, field
from pathlib import Path

from training.composite import things
from training.composite.about import About
from training.composite.photos import LEAST
from training.derive.redactions import USUAL, named
from twin.errors import InputError


@dataclass(frozen=True)
class Compositing:
    """As it is asked for."""

    photos: Path
    objects: tuple[str, ...] = things.USUAL
    least: int = 1
    most: int = 3
    """Objects in a photo."""
    per_photo: int = 1
    """Frames made of each photo."""
    size: tuple[int, int] | None = None
    """Of the images; by default that of most photos, reduced to ``LONGEST``."""
    about: About = field(default_factory=About)
    """What is said of all photos; the YAML file beside one goes before."""
    redact: str = USUAL
    """How regions that the photos' YAML files and masks name are redacted."""
    skip: bool = False
    """Leave photos out that cannot be used, rather than stop."""
    seed: int = 0
    licence: str = "unspecified"
    """Of the photos, and so of what is made of them."""
    name: str = ""

    def __post_init__(self) -> None:
        """Raise for what no photo can have."""
        if not self.objects:
            raise InputError("--objects: name one kind of object at least")
        things.check(self.objects)
        named(self.redact)
        if self.size is not None and min(self.size) < LEAST:
            width, height = self.size
            raise InputError(f"--size {width}x{height}: {LEAST} pixels each way are the fewest to draw into")
        if not 1 <= self.least <= self.most:
            raise InputError(f"--least {self.least} --most {self.most}: should be 1 or more, and the most no less")
