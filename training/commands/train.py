"""Train a policy, for a number of steps or of minutes; stops with Ctrl-C and goes on with --resume.

The folder holds the policy, the resolved configuration, the learning curve and TensorBoard's files.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training.env_flags import EnvFlags
from training.flag_checks import not_negative, positive
from twin import __version__
from twin.errors import InputError

if TYPE_CHECKING:
    from training.policies.config import TrainConfig


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin train``."""

    out: Path = Path("runs/policy")
    """Folder to make."""
    layout: tuple[str, ...] = ("generated",)
    """Shipped names, files, or `generated`; several are drawn from."""
    algo: str = "ppo"
    """Learning algorithm."""
    preset: str = ""
    """Settings in training/policies/presets; the algorithm's own where empty."""
    minutes: float | None = None
    """Train this long."""
    steps: int | None = None
    """Train for this many steps of all environments together."""
    seed: int = 0
    """Of weights, layouts and episodes."""
    workers: int = 2
    """Processes that step environments."""
    resume: bool = False
    """Go on with the run in --out, as it was configured; --minutes and --steps replace its budget."""


def run(args: Args) -> int:
    """Train until the budget is spent."""
    from training.policies.run import Run
    from training.policies.train import train
    from training.progress import progress

    positive(minutes=args.minutes, steps=args.steps, workers=args.workers)
    run = (
        Run.open(args.out).with_budget(args.minutes, args.steps) if args.resume else Run.create(args.out, _config(args))
    )
    try:
        with progress(f"training {run.config.env}", total=100, unit="%") as bar:
            train(run, bar, args.workers)
    except KeyboardInterrupt:
        print(f"stopped; the policy so far is in {args.out}; go on with: twin train --out {args.out} --resume")
        return 130
    print(f"policy: {run.policy}")
    return 0


def _config(args: Args) -> "TrainConfig":
    from training.policies.config import TrainConfig, algorithm, preset

    if (args.minutes is None) == (args.steps is None):
        raise InputError("give a budget: either --minutes M or --steps N")
    not_negative(seed=args.seed)
    return TrainConfig(
        env=args.env,
        env_options=args.options(),
        algo=algorithm(args.algo),
        settings=preset(args.preset or args.algo),
        seed=args.seed,
        minutes=args.minutes,
        steps=args.steps,
        generator_version=__version__,
    )
