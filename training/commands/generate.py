"""Generate a valid layout from a seed.

The free floor of what it makes is connected and no two solids overlap; the same seed and flags give the same layout.
"""

from dataclasses import dataclass
from pathlib import Path

from training.flag_checks import not_negative, writable
from twin.errors import InputError


@dataclass(frozen=True)
class Args:
    """The flags of ``twin generate``."""

    out: Path
    """YAML file to write."""
    seed: int = 0
    """Another seed, another factory."""
    size: str = "30x20"
    """Length and width of the hall, m."""
    density: float = 0.3
    """Share of the floor that is to be built on, 0 to 0.6."""


def run(args: Args) -> int:
    """Generate, and write the file."""
    import factories

    not_negative(seed=args.seed)
    writable(out=args.out)
    size = parse_size(args.size)
    layout = factories.generate(args.seed, size=size, density=args.density)
    factories.save(layout, args.out)
    print(layout.description)
    print(f"wrote {args.out}: {len(layout.equipment)} pieces of equipment in {layout.size[0]:g} x {layout.size[1]:g} m")
    return 0


def parse_size(text: str) -> tuple[float, float]:
    """``30x20`` as metres; raises ``InputError``."""
    try:
        length, width = (float(part) for part in text.lower().split("x"))
    except ValueError:
        raise InputError(f"--size {text}: should be LENGTHxWIDTH in metres, such as 30x20") from None
    return length, width
