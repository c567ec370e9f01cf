"""Train a small network to see (classes of pixels, boxes) on a dataset; stops with Ctrl-C, goes on with --resume.

The folder holds the network (safetensors), the resolved configuration, the learning curve, and where the dataset has
a validation split, scores on it and a page with pictures.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import image_size, not_negative, positive
from twin import extensions
from twin.errors import InputError

if TYPE_CHECKING:
    from training.perception.config import PerceptionConfig
    from training.perception.model import Model
    from training.perception.run import Run


@dataclass(frozen=True)
class Args:
    """The flags of ``twin train-perception``."""

    datasets: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[DATASET ...]")] = ()
    """Datasets or views to learn from."""
    out: Path = Path("runs/perception")
    """Folder to make."""
    share: tuple[float, ...] = ()
    """Of each dataset in every batch; by default all images count alike."""
    split: str = "train"
    """What is learned from; all of it with --split ''."""
    val_split: str = "val"
    """What the learning curve and the scores are on; none with --val-split ''."""
    classes: tuple[str, ...] = ("forklift", "pallet_truck", "pallet", "small_load_carrier", "stillage", "person")
    """What is learned; everything else is background."""
    size: str = "128x128"
    """Pixels that images are scaled to, multiples of 16."""
    steps: int = 800
    """Batches to learn from: about two minutes for 800 on two cores."""
    batch: int = 16
    """Images in each."""
    rate: float = 4e-3
    """Learning rate at its highest."""
    from_: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    """Run, or file, of a network to begin with: fine-tuning."""
    target: float | None = None
    """Stop as soon as the mIoU on the validation frames is this high, such as 0.6."""
    seed: int = 0
    """Of weights, batches and mirrored images."""
    threads: int | None = None
    """Of PyTorch; one a core where not given. The same number gives the same weights."""
    resume: bool = False
    """Go on with the run in --out, as it was configured."""


def run(args: Args) -> int:
    """Train until all steps are done."""
    from training import run_folder

    positive(steps=args.steps, batch=args.batch, rate=args.rate, target=args.target, threads=args.threads)
    not_negative(seed=args.seed)
    config = None if args.resume else _config(args)
    with run_folder.alone(args.out, new=config is not None):
        return _train(args, config)


def _train(args: Args, config: "PerceptionConfig | None") -> int:
    """``config``: of a new run; None to go on with the one that is there."""
    from training.perception.run import Run
    from training.perception.train import train
    from training.progress import progress

    run = Run.open(args.out) if config is None else Run.create(args.out, config)
    try:
        with progress("learning to see", total=run.config.steps, unit="steps") as bar:
            model = train(run, bar)
    except KeyboardInterrupt:
        kept = f"the network so far is in {args.out}" if run.model.exists() else "nothing is learned yet"
        print(f"stopped; {kept}; go on with: twin train-perception --out {args.out} --resume")
        return 130
    print(f"network: {run.model}")
    _score(run, model)
    return 0


def _config(args: Args) -> "PerceptionConfig":
    from pydantic import ValidationError

    from training.perception import sources
    from training.perception.config import PerceptionConfig

    if not args.datasets:
        raise InputError("name a dataset to learn from, such as one of `twin collect`")
    if args.share and len(args.share) != len(args.datasets):
        raise InputError(f"--share: {len(args.share)} for {len(args.datasets)} datasets; give one for each, or none")
    positive(**{f"share {i}": share for i, share in enumerate(args.share)})
    if args.target is not None and (args.target > 1 or not args.val_split):
        raise InputError(f"--target {args.target}: should be an mIoU up to 1, and needs a validation split")
    shares = args.share or (None,) * len(args.datasets)
    given = {
        "data": tuple(sources.source(d, share) for d, share in zip(args.datasets, shares, strict=True)),
        "split": args.split,
        "val_split": args.val_split,
        "classes": args.classes,
        "size": image_size(args.size),
        "steps": args.steps,
        "batch": args.batch,
        "rate": args.rate,
        "target": args.target,
        "seed": args.seed,
        "threads": args.threads,
        "start": sources.start(args.from_) if args.from_ else None,
        "generator_version": extensions.version(),
    }
    try:
        config = PerceptionConfig.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"--{first['loc'][0]} {first['input']}: {first['msg']}") from None
    sources.learned_from(config)  # what cannot be learned from is said before a folder is made
    return config


def _score(run: "Run", model: "Model") -> None:
    """On the validation split, where there is one."""
    from training.perception.evaluate import evaluate
    from training.perception.report import write_json, write_page
    from training.perception.run import REPORT, SCORES
    from training.perception.sources import validated_on
    from training.tables import percent

    frames = validated_on(run.config)
    if frames is None:
        return
    scores = evaluate(model, frames)
    write_json(run.path / SCORES, model, frames, scores)
    write_page(run.path / REPORT, model, frames, scores, run.curve())
    print(f"validation: mIoU {100 * scores.miou:.1f}, mAP {percent(scores.boxes.ap)}; {run.path / REPORT}")
