"""Measure how far two collections of pictures are apart, and in what.

Between any two of: a dataset, an export, a folder of photos.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import not_negative, writable
from twin.errors import InputError

if TYPE_CHECKING:
    from training.gap import Gap, Measured


@dataclass(frozen=True)
class Args:
    """The flags of ``twin gap``."""

    sides: Annotated[tuple[str, ...], tyro.conf.Positional]
    """A and B."""
    html: Path | None = None
    """Write a page for a person to this file too: figures, and the frames furthest apart."""
    json: Path | None = None
    """Write everything as JSON to this file too."""
    cameras: tuple[str, ...] = ()
    """Cameras to look at, of what has cameras; by default all."""
    frames: int = 200
    """Pictures of each side to look at, at most, spread evenly."""
    size: int = 128
    """Shorter side in pixels at which they are compared, at most: the smallest picture decides."""
    seed: int = 0
    """Of intervals and p."""


def run(args: Args) -> int:
    """Compare, and say what differs."""
    from training.gap import measure, page
    from training.gap.sides import FEWEST
    from training.pictures import opened
    from training.progress import progress

    if len(args.sides) != 2:
        raise InputError(f"twin gap compares two collections of pictures, A and B; {len(args.sides)} were named")
    for name, value, least in (("frames", args.frames, FEWEST), ("size", args.size, 16)):
        if value < least:
            raise InputError(f"--{name} {value}: should be at least {least}")
    not_negative(seed=args.seed)
    writable(html=args.html, json=args.json)
    a, b = (opened(place, args.cameras) for place in args.sides)
    total = min(len(a), args.frames) + min(len(b), args.frames)
    with progress("comparing", total=total, unit="pictures") as bar:
        found = measure(a, b, frames=args.frames, size=args.size, seed=args.seed, done=bar.advance)
    _print(found)
    if args.json is not None:
        args.json.write_text(json.dumps(found.document(), indent=1) + "\n", encoding="utf-8")
    if args.html is not None:
        page.write(found, args.html)
        print(args.html)
    return 0


def _print(found: "Gap") -> None:
    from training.tables import show

    for name, side in (("A", found.a), ("B", found.b)):
        print(f"{name}  {side.pictures.label}: {len(side)} of {len(side.pictures)} pictures, at {found.size} px")
    print()
    show([_row(one) for one in found.measured])
    print()
    for one in found.measured:
        if one.apart:
            print(one.sentence)
    alike = [one.title for one in found.measured if not one.apart]
    if alike:
        print(f"No difference that chance would not explain: {', '.join(alike)}.")
    for remark in found.remarks:
        print(remark)


def _row(one: "Measured") -> dict[str, object]:
    found, zero = one.distance.estimate, one.distance.zero
    return {
        "statistic": one.title,
        "distance": f"{found.value:.3f}",
        "95 % interval": f"{found.low:.3f} to {found.high:.3f}",
        "halves of A": f"{zero.low:.3f} to {zero.high:.3f}",
        "p": f"{one.p:.3f}",
    }
