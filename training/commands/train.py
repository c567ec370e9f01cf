"""Train a policy, for a number of steps or of minutes; stops with Ctrl-C and goes on with --resume.

The folder holds the policy, the resolved configuration, the learning curve and TensorBoard's files.
"""

import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training import help_texts
from training.env_flags import EnvFlags
from training.flag_checks import not_negative, positive
from twin import extensions
from twin.errors import InputError

if TYPE_CHECKING:
    from training.policies.config import Stage, TrainConfig
    from training.policies.presets import Preset

LOG = logging.getLogger("twin.policies")


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin train``."""

    out: Path = Path("runs/policy")
    """Folder to make."""
    layout: tuple[str, ...] = ("generated",)
    """Shipped names, files, or `generated`; several are drawn from."""
    algo: Annotated[str, tyro.conf.arg(help=f"{help_texts.names('training.policies.algorithms')}.")] = "ppo"
    preset: str = ""
    """Name in training/policies/presets, or a YAML file; the task's own where empty."""
    data: str = ""
    """Dataset that bc and dagger learn from."""
    from_: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    """Run, or policy file, whose policy to start from."""
    minutes: float | None = None
    """Train this long."""
    steps: int | None = None
    """Train for this many steps of all environments together, in whole rollouts; for bc and dagger, updates."""
    target: float | None = None
    """Stop as soon as this share of the last episodes succeeded, such as 0.95."""
    seed: int = 0
    """Of weights, layouts and episodes."""
    workers: int | None = None
    """Threads that step environments; one a core where not given."""
    resume: bool = False
    """Go on with the run in --out, as it was configured; --minutes, --steps and --target replace its own."""


def run(args: Args) -> int:
    """Train until the budget is spent."""
    from training import run_folder

    positive(minutes=args.minutes, steps=args.steps, target=args.target, workers=args.workers)
    if args.target is not None and args.target > 1:
        raise InputError(f"--target {args.target}: should be a share of all episodes, at most 1")
    if args.resume:
        _nothing_else(args)
    config = None if args.resume else _config(args)
    with run_folder.alone(args.out, new=config is not None):
        return _train(args, config)


def _train(args: Args, config: "TrainConfig | None") -> int:
    """``config``: of a new run; None to go on with the one that is there."""
    from training.policies.run import Run
    from training.policies.train import train
    from training.progress import progress

    if config is None:
        run = Run.open(args.out).with_budget(args.minutes, args.steps, args.target)
    else:
        run = Run.create(args.out, config)
    try:
        with progress(f"training {run.config.env}", total=100, unit="%") as bar:
            session = train(run, bar, args.workers)
    except KeyboardInterrupt:
        kept = f"the policy so far is in {args.out}" if run.policy.exists() else "nothing is learned yet"
        print(f"stopped; {kept}; go on with: twin train --out {args.out} --resume")
        return 130
    except Exception:
        if not (args.resume or run.checkpoint.exists()):
            run.discard()  # the same command, corrected, shall find its place free
        raise
    if session.reached:
        print(f"reached {run.config.target:g} of the last episodes after {session.curve[-1]['steps']} steps")
    elif not session.taken:
        print("nothing was left to do: the run's budget is used; give another one with --steps or --minutes")
    print(f"policy: {run.policy}")
    return 0


def _nothing_else(args: Args) -> None:
    """Raises ``InputError`` for flags that a resumed run would not heed."""
    heeded, default = ("out", "resume", "minutes", "steps", "target", "workers"), Args()
    names = [field.name for field in fields(args) if field.name not in heeded]
    changed = [name for name in names if getattr(args, name) != getattr(default, name)]
    if changed:
        flags = ", ".join(f"--{name.rstrip('_').replace('_', '-')}" for name in changed)
        raise InputError(f"--resume goes on with the run as it was configured: leave out {flags}")


def _config(args: Args) -> "TrainConfig":
    from training.policies import presets, source
    from training.policies.algorithms import algorithm
    from training.policies.config import LARGEST_SEED, Data, TrainConfig
    from training.policies.demonstrations import about

    if (args.minutes is None) == (args.steps is None):
        raise InputError("give a budget: either --minutes M or --steps N")
    not_negative(seed=args.seed)
    if args.seed > LARGEST_SEED:
        raise InputError(f"--seed {args.seed}: should be at most {LARGEST_SEED}")
    chosen, options = algorithm(args.algo), args.options()
    if chosen.from_data != bool(args.data):
        wants = "learns from a dataset: give one with --data" if chosen.from_data else "learns without --data"
        raise InputError(f"{chosen.name} {wants}")
    if args.target is not None and not chosen.episodes:
        raise InputError(f"--target: {chosen.name} drives no episodes while it learns; score it with `twin eval`")
    preset = presets.load(args.preset) if args.preset else presets.for_env(args.env)
    if preset.env not in ("", args.env):
        raise InputError(f"--preset {args.preset}: is made for {preset.env}, not for {args.env}; see its 'env'")
    start = source.describe(args.from_) if args.from_ else None
    if start and start.about["env"] != args.env:
        LOG.info("%s was trained in %s, and goes on in %s now", args.from_, start.about["env"], args.env)
    settings = preset.of(chosen.name)
    data = about(args.data) if args.data else None
    if data and data[1]["env"] != args.env:
        LOG.info("%s was recorded in %s, and %s learns from it now", args.data, data[1]["env"], args.env)
    return TrainConfig(
        env=args.env,
        env_options=options,
        algo=chosen.name,
        settings=source.adapted(settings, start, chosen) if start else settings,
        curriculum=_stages(preset, generated=options["layout"] == "generated") if chosen.episodes else (),
        seed=args.seed,
        minutes=args.minutes,
        steps=args.steps,
        target=args.target,
        start=start,
        data=Data(path=_absolute(args.data), digest=data[0], about=data[1]) if data else None,
        generator_version=extensions.version(),
    )


def _stages(preset: "Preset", *, generated: bool) -> "tuple[Stage, ...]":
    """Those that change something here: layouts that are not generated cannot be made easier."""
    return tuple(stage for stage in preset.curriculum if generated or stage.rewards)


def _absolute(location: str) -> str:
    """A dataset's place that holds in any folder; URLs do already."""
    return location if "://" in location else str(Path(location).resolve())
