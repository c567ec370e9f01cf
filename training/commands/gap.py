"""Measure how far two collections of pictures are apart, and in what; or what narrows the gap.

twin gap A B compares any two of: a dataset, an export, a folder of photos. twin gap --ablate SCENARIO TARGET leaves out
one randomizer of the scenario after the other, and says which one brings its pictures nearest to the target.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from training.flag_checks import not_negative, positive, writable
from twin.errors import InputError
from twin.yaml_files import write_atomically

if TYPE_CHECKING:
    from training.gap import Gap, Measured
    from training.gap.ablation import Ablation
    from training.gap.distances import Estimate


@dataclass(frozen=True)
class Args:
    """The flags of ``twin gap``."""

    sides: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="A [B]")]
    """The sides A and B; with --ablate the target alone."""
    html: Path | None = None
    """Write a page for a person to this file too: figures, and the frames furthest apart."""
    json: Path | None = None
    """Write everything as JSON to this file too."""
    cameras: tuple[str, ...] = ()
    """Cameras to look at, of what has cameras; by default all."""
    frames: int = 200
    """Pictures of each side to look at, at most, spread evenly; up to 2,000."""
    size: int = 128
    """Shorter side in pixels at which they are compared, at most: the smallest picture decides."""
    seed: int = 0
    """Of intervals and p; with --ablate of the first episode too."""
    ablate: str = ""
    """A scenario, by name or file, whose randomizers are left out one by one."""
    layout: tuple[str, ...] = ("small_warehouse", "cross_dock")
    """With --ablate: layouts that episodes take in turn."""
    episodes: int = 24
    """With --ablate: how many of each scenario."""
    stills: int = 4
    """With --ablate: pictures of each episode."""
    quality: str = "standard"
    """With --ablate: fast, standard or full."""
    workers: int = 1
    """With --ablate: processes that render."""


def run(args: Args) -> int:
    """Compare, and say what differs."""
    from training.gap.sides import FEWEST, MOST

    bounds = {"frames": (FEWEST, MOST // 2), "size": (16, LARGEST)}
    for name, (least, most) in bounds.items():
        if not least <= getattr(args, name) <= most:
            raise InputError(f"--{name} {getattr(args, name)}: should be {least} to {most:,}")
    positive(episodes=args.episodes, stills=args.stills, workers=args.workers)
    not_negative(seed=args.seed)
    writable(html=args.html, json=args.json)
    return _ablate(args) if args.ablate else _compare(args)


def _compare(args: Args) -> int:
    from training.gap import measure, page
    from training.pictures import opened
    from training.progress import progress

    if len(args.sides) != 2:
        raise InputError(f"twin gap compares two collections of pictures, A and B; {len(args.sides)} were named")
    a, b = (opened(place, args.cameras) for place in args.sides)
    total = min(len(a), args.frames) + min(len(b), args.frames)
    with progress("comparing", total=total, unit="pictures") as bar:
        found = measure(a, b, frames=args.frames, size=args.size, seed=args.seed, done=bar.advance)
    _print(found)
    _write_json(args, found.document())
    if args.html is not None:
        page.write(found, args.html)
        print(args.html)
    return 0


def _ablate(args: Args) -> int:
    from training.gap import page
    from training.gap.ablation import ablate
    from training.gap.scenarios import ScenarioPictures
    from training.gap.sides import FEWEST
    from training.pictures import opened
    from training.progress import progress
    from twin.lenses import Lens
    from twin.rendering.quality import quality_of

    if len(args.sides) != 1:
        raise InputError(f"twin gap --ablate SCENARIO TARGET compares with one target; {len(args.sides)} were named")
    if args.episodes < FEWEST_EPISODES:
        drawn = "each randomizer is drawn once an episode, so fewer tell nothing of it"
        raise InputError(f"--episodes {args.episodes}: {FEWEST_EPISODES} are the fewest; {drawn}")
    if args.episodes * args.stills < FEWEST:
        raise InputError(f"--episodes {args.episodes} --stills {args.stills}: {FEWEST} pictures are the fewest in all")
    lens = Lens.from_fov(round(args.size * 4 / 3), args.size, FOV)
    target, quality = opened(args.sides[0], args.cameras), quality_of(args.quality).name
    given: dict[str, Any] = {"frames": args.frames, "size": args.size, "seed": args.seed}
    with tempfile.TemporaryDirectory(prefix="twin-gap-") as folder:
        draw = ScenarioPictures(
            args.ablate, Path(folder), args.layout, lens, args.episodes, args.stills, quality, args.seed, args.workers
        )
        with progress("drawing", total=1 + len(draw.labels), unit="scenarios") as bar:
            found = ablate(draw, draw.labels, target, **given, done=bar.advance)
    _print_ablation(found, args.ablate)
    _write_json(args, found.document())
    if args.html is not None:
        page.write_ablation(found, args.ablate, args.html)
        print(args.html)
    return 0


FEWEST_EPISODES = 8
FOV = 1.05
"""Vertical field of view, rad."""
LARGEST = 2048
"""px"""


def _write_json(args: Args, document: dict[str, Any]) -> None:
    if args.json is not None:
        write_atomically(args.json, json.dumps(document, indent=1) + "\n")


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
    return {
        "statistic": one.title,
        "distance": f"{one.distance.estimate.value:.3f}",
        "95 % interval": _range(one.distance.estimate),
        "halves of A": _range(one.distance.zero),
        "p": f"{one.p:.3f}",
    }


def _print_ablation(found: "Ablation", scenario: str) -> None:
    from training.tables import show

    print(f"random-feature KID of {scenario} to {found.target.pictures.label}:")
    print(f"{found.whole.value:.3f} ({_range(found.whole)}) with all randomizers; left out one by one:\n")
    show(
        [
            {
                "without": one.name,
                "gap": f"{one.gap.value:.3f}",
                "larger by": f"{one.change.value:.3f}",
                "95 % interval": _range(one.change),
                "p": f"{one.p:.3f}",
                "it": one.verdict,
            }
            for one in found.left_out
        ]
    )
    print(f"\n{found.sentence}")


def _range(estimate: "Estimate") -> str:
    return f"{estimate.low:.3f} to {estimate.high:.3f}"
