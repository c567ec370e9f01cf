"""Turn an occupancy map into a layout with the same free space.

Reads ROS maps (map.yaml with its image) and MovingAI maps. Occupied cells are merged into few boxes; the layout is
drawn as a grid again to show that it is the same map.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training.flag_checks import positive, writable


@dataclass(frozen=True)
class Args:
    """The flags of ``twin import``."""

    map: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="MAP")]
    """Map to read."""
    out: Path
    """YAML file to write."""
    format: str | None = None
    """Name of the map's format; by default told by the file's ending."""
    resolution: float | None = None
    """Metres a cell, for formats that do not say it."""
    height: float | None = None
    """Of what is solid, m."""


def run(args: Args) -> int:
    """Import, write, and say how well it fits."""
    import factories
    from factories import importers
    from factories.validation import validate

    positive(resolution=args.resolution, height=args.height)
    writable(out=args.out)
    given = {"resolution": args.resolution, "height": args.height}
    imported = importers.load(
        args.map, args.format, **{key: value for key, value in given.items() if value is not None}
    )
    validate(imported.layout)
    factories.save(imported.layout, args.out)
    print(imported.summary())
    print(f"wrote {args.out}: a hall of {imported.layout.size[0]:g} x {imported.layout.size[1]:g} m")
    return 0
