"""Record an agent's episodes, with labelled camera images, to a dataset.

The same command with --resume goes on where it was stopped.
"""

from dataclasses import dataclass
from typing import Literal

from training.env_flags import EnvFlags
from training.flag_checks import image_size, not_negative
from twin.errors import InputError


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin collect``."""

    out: str = "dataset.zarr"
    """Folder to write, or s3://bucket/path; must not exist yet, unless with --resume."""
    agent: str = "expert"
    """expert, random, straight, zero, or a run's folder."""
    episodes: int = 100
    """How many there shall be; episode k is reset with seed + k."""
    seed: int = 0
    """Of the first episode."""
    cameras: tuple[str, ...] = ()
    """Cameras to record; by default all that the robot carries."""
    no_images: bool = False
    """Record poses and observations only; images can be rendered from them later."""
    size: str = ""
    """Width and height of the robot's camera images, in pixels; 128x128, or what --calibration says, where empty."""
    every: int = 1
    """Keep one frame of so many steps."""
    lidar: bool = False
    """Record the lidar's returns too, with the object that each came from."""
    audit: bool = False
    """Check every image against scene, poses and depth while recording; stop at the first that is wrong."""
    workers: int = 1
    """Processes; each writes a part of its own. The frames are the same for any number."""
    resume: bool = False
    """Complete a dataset that is there already."""
    compression: str = "quick"
    """quick, for speed and every reader of Zarr; or small, less than PNG files take, for keeping and sending."""
    splits: str = "train=0.8,val=0.1,test=0.1"
    """Share of the groups in each split; the hash of a group decides where it goes, when it is recorded."""
    split_by: Literal["layout", "episode"] = "layout"
    """What is a group: all episodes of a layout, so that splits share none; or each episode for itself."""
    licence: str = "unspecified"
    """Licence of the data, an SPDX name such as CC-BY-4.0."""
    description: str = ""
    """A sentence on what the dataset is for."""


def _size(args: Args) -> dict[str, tuple[int, int]]:
    return {} if args.calibration and not args.size else {"camera_size": image_size(args.size or "128x128")}


def run(args: Args) -> int:
    """Record, and say what there is now."""
    from training.collection import Collection, collect, missing
    from training.dataset import compression, splits
    from training.interrupted import interrupted
    from training.progress import progress

    compression.check(args.compression)
    shares = splits.parsed(args.splits)
    for name, value in (("episodes", args.episodes), ("every", args.every), ("workers", args.workers)):
        if value < 1:
            raise InputError(f"--{name} {value}: should be at least 1")
    not_negative(seed=args.seed)
    collection = Collection(
        out=args.out,
        agent=args.agent,
        env=args.env,
        options=args.options() | _size(args),
        episodes=args.episodes,
        seed=args.seed,
        cameras=() if args.no_images else args.cameras or None,
        every=args.every,
        lidar=args.lidar,
        audit=args.audit,
        about={
            "licence": args.licence,
            "description": args.description,
            "compression": args.compression,
            "splits": shares,
            "split_by": args.split_by,
        },
    )
    todo = len(missing(collection, resume=args.resume))
    ended: list[bool] = []
    with progress(f"collecting {args.agent}", total=todo, unit="episodes") as bar:

        def count(info: object) -> None:
            ended.append(bool(isinstance(info, dict) and info.get("is_success")))
            bar.advance(1, f"success {sum(ended) / len(ended):.2f}")

        try:
            dataset = collect(collection, resume=args.resume, workers=args.workers, done=count)
        except KeyboardInterrupt:
            raise interrupted(args.out, "ended") from None
    print(f"{args.out}: {dataset.episodes} episodes, {dataset.frames} frames, digest {dataset.digest()[:16]}")
    return 0
