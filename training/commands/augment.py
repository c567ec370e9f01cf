"""Copy a dataset with its colour images changed: exposure, noise, blur, or brought nearer to a target's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from training import help_texts
from training.flag_checks import not_negative
from twin.errors import InputError

DEFAULT = ("exposure", "noise")
APPLY = (
    f"Effects in their order: {help_texts.names('twin.effects')}; as in noise:read=8 or blur:sigma=0..2. "
    "By default exposure and noise; with --bridge none."
)
BRIDGE = (
    f"What brings colours nearer to --target's: {help_texts.names('training.derive.bridges')}, each with strength=0..1 "
    "and fda with beta, as in fda:beta=0.02; or a function of your own, module:function or file.py:function, which is "
    "imported and run."
)


@dataclass(frozen=True)
class Args:
    """The flags of ``twin augment``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder of the dataset, or of a view."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    apply: Annotated[tuple[str, ...], tyro.conf.arg(help=APPLY)] = ()
    bridge: Annotated[str, tyro.conf.arg(help=BRIDGE)] = ""
    target: str = ""
    """A folder of photos, an export or a dataset to come near to."""
    seed: int = 0
    """Of all draws."""
    compression: str = ""
    """quick or small; by default that of the dataset."""


def run(args: Args) -> int:
    """Change them; nothing appears under ``--out`` before all of it is written."""
    from training.dataset import Dataset
    from training.derive.augment import augment
    from training.derive.bridging import Bridging
    from training.progress import progress

    not_negative(seed=args.seed)
    if bool(args.bridge) != bool(args.target):
        raise InputError("--bridge and --target need each other: what brings images nearer, and to what")
    dataset = Dataset(args.dataset)
    bridging = Bridging(args.bridge, args.target) if args.bridge else None
    operations = args.apply or (() if bridging else DEFAULT)
    with progress("augmenting", total=dataset.frames, unit="frames") as bar:
        options: dict[str, Any] = {"compression": args.compression, "bridging": bridging}
        changed = augment(dataset, args.out, operations, args.seed, bar.advance, **options)
    print(f"{args.out}: {changed.episodes} episodes, {changed.frames} frames, digest {changed.digest()[:16]}")
    return 0
