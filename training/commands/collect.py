"""Record an agent's episodes, or stills from many places (--stills), with labelled camera images, to a dataset.

The same command with --resume goes on where it was stopped.
"""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from training import help_texts
from training.env_flags import EnvFlags
from training.flag_checks import image_size, not_negative, reachable
from twin.errors import InputError

if TYPE_CHECKING:
    from training.collection import Recordable
    from training.stills.recording import Stills

MOUNTS = f"With --stills: who carries the cameras, {help_texts.names('training.stills.mounts')}; all by default."
BALANCE = f"With --stills: a YAML file of counts or shares to be met, by {help_texts.names('training.balance.axes')}."


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin collect``."""

    out: str = "dataset.zarr"
    """Folder to write, or s3://bucket/path; must not exist yet, unless with --resume."""
    agent: Annotated[str, tyro.conf.arg(help=help_texts.agents())] = "expert"
    episodes: int = 100
    """How many there shall be; episode k is reset with seed + k."""
    seed: int = 0
    """Of the first episode."""
    cameras: tuple[str, ...] = ()
    """Cameras to record; by default all that the robot carries."""
    no_images: bool = False
    """Record poses and observations only; images can be rendered from them later."""
    size: str = ""
    """Width and height of camera images, in pixels; what --calibration or the task says, or else 128x128 (with --stills
    320x240)."""
    every: int = 1
    """Keep one frame of so many steps."""
    lidar: bool = False
    """Record the lidar's returns too, with the object that each came from."""
    stills: int = 0
    """No drive: every episode is one scene, seen from so many places (with --balance: from so many at most)."""
    mounts: Annotated[tuple[str, ...], tyro.conf.arg(help=MOUNTS)] = ()
    fov: float = math.radians(60)
    """With --stills: the camera's vertical field of view, rad."""
    balance: Annotated[Path | None, tyro.conf.arg(help=BALANCE)] = None
    quota: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """SCENARIO=COUNT, again and again: so many episodes of each in place of --episodes; all=COUNT for every case."""
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


OF_DRIVES = ("agent", "cameras", "no_images", "every", "lidar", "env", "robot", "engine", "shield", "quota")
OF_STILLS = ("mounts", "fov", "balance")


def run(args: Args) -> int:
    """Record, and say what there is now."""
    from training.dataset import compression, remote

    compression.check(args.compression)
    for name, value in (("episodes", args.episodes), ("every", args.every), ("workers", args.workers)):
        if value < 1:
            raise InputError(f"--{name} {value}: should be at least 1")
    not_negative(seed=args.seed, stills=args.stills)
    if not remote.is_url(args.out):
        reachable(out=Path(args.out))
    return _stills(args) if args.stills else _drives(args)


def _about(args: Args) -> dict[str, Any]:
    from training.dataset import splits

    return {
        "licence": args.licence,
        "description": args.description,
        "compression": args.compression,
        "splits": splits.parsed(args.splits),
        "split_by": args.split_by,
    }


def _drives(args: Args) -> int:
    from training.collection import Collection

    _refuse(args, OF_STILLS, "goes with --stills N: stills from N places of every scene")
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
        about=_about(args),
        quotas=_quotas(args),
    )
    successes: list[bool] = []

    def note(info: Any) -> str:
        successes.append(bool(isinstance(info, dict) and info.get("is_success")))
        return f"success {sum(successes) / len(successes):.2f}"

    return _record(args, collection, f"collecting {args.agent}", note)


def _size(args: Args) -> dict[str, Any]:
    """Of a drive's images, where neither calibration nor task says: a policy sees what is recorded."""
    from envs.tasks import tasks

    if not args.size and (args.calibration or any(t.id == args.env and t.camera_size for t in tasks().values())):
        return {}
    return {"camera_size": image_size(args.size or "128x128")}


def _quotas(args: Args) -> dict[str, int]:
    from training.coverage import quotas

    if args.quota and args.scenario:
        raise InputError("--quota names the scenario of each episode: leave out --scenario")
    if args.quota and args.episodes != Args.episodes:
        raise InputError("--quota says how many episodes there are: leave out --episodes")
    return quotas.parsed(args.quota)


def _stills(args: Args) -> int:
    _refuse(args, OF_DRIVES, "goes with drives, and --stills are taken without a robot")
    stills = _asked(args)
    if args.balance is not None:
        stills = _balanced(args, stills)
    frames: list[int] = []

    def note(info: Any) -> str:
        frames.append(info["frames"])
        return f"{sum(frames)} frames"

    ended = _record(args, stills, "taking stills", note, resume=args.resume or stills.plan is not None)
    if stills.plan is not None:
        _show_balance(args.out)
    return ended


def _refuse(args: Args, names: tuple[str, ...], why: str) -> None:
    """Flags that would be passed over in silence."""
    for field in fields(args):
        if field.name in names and getattr(args, field.name) != field.default:
            raise InputError(f"--{field.name.replace('_', '-')} {why}")


def _asked(args: Args) -> "Stills":
    from training.stills import mounts
    from training.stills.recording import Stills
    from training.stills.stages import Stages
    from twin import calibration
    from twin.lenses import Lens
    from twin.rendering.quality import STANDARD, quality_of

    if not 0 < args.fov < math.pi:
        raise InputError(f"--fov {args.fov:g}: should be more than 0 and less than pi (3.1416) rad")
    lens = calibration.read(args.calibration).lens() if args.calibration else None
    if lens is None:
        lens = Lens.from_fov(*image_size(args.size or "320x240"), args.fov)
    elif args.size:
        lens = lens.resized(*image_size(args.size))
    return Stills(
        out=args.out,
        stages=Stages(args.layout, lens, args.seed, args.generator_options(), args.scenario),
        stills=args.stills,
        episodes=args.episodes,
        mounts=tuple(mounts.chosen(args.mounts)) if args.mounts else (),
        quality=quality_of(args.quality or STANDARD).name,
        audit=args.audit,
        about=_about(args),
    )


def _balanced(args: Args, stills: "Stills") -> "Stills":
    from training.balance import collecting, targets
    from training.interrupted import interrupted
    from training.progress import progress

    asked = targets.load(args.balance or "")
    with progress("looking for frames", total=None, unit="rounds") as bar:
        try:
            return collecting.planned(
                stills,
                asked,
                resume=args.resume,
                workers=args.workers,
                done=lambda _, met, frames: bar.advance(1, f"{met} of {len(asked.cells)} targets with {frames} frames"),
            )
        except KeyboardInterrupt:
            raise interrupted(args.out, "ended") from None


def _show_balance(out: str) -> None:
    from training.balance.table import lines, stored, table
    from training.dataset import Dataset
    from training.tables import show

    found = stored(Dataset(out).meta.balance, out)
    if found is not None:
        show(table(found))
        print("\n".join(lines(found)))


def _record(args: Args, collection: "Recordable", doing: str, note: Any, *, resume: bool | None = None) -> int:
    from training.collection import collect, missing
    from training.interrupted import interrupted
    from training.progress import progress

    going_on = args.resume if resume is None else resume
    todo = len(missing(collection, resume=going_on))
    with progress(doing, total=todo, unit="episodes") as bar:
        try:
            dataset = collect(
                collection, resume=going_on, workers=args.workers, done=lambda info: bar.advance(1, note(info))
            )
        except KeyboardInterrupt:
            raise interrupted(args.out, "ended") from None
    print(f"{args.out}: {dataset.episodes} episodes, {dataset.frames} frames, digest {dataset.digest()[:16]}")
    return 0
