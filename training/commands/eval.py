"""Score agents on fixed episodes: success, SPL, collisions, near misses, causes of failure, with intervals.

An AGENT is a planner or a baseline, a shipped policy's name such as route_nav, a training run's folder or a policy
file. Several are compared with the first, episode by episode. Stopped with Ctrl-C, it goes on with --resume where --out
was given.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training import help_texts
from training.env_flags import EnvFlags
from training.flag_checks import not_negative, positive, writable
from twin.errors import InputError

if TYPE_CHECKING:
    from training.evaluation.session import Session

AGENTS = tyro.conf.arg(metavar="[AGENT ...]", help=help_texts.agents())
EPISODES = 100
"""Unless said otherwise, where no suite says how many."""
EPISODES_THAT_PAY = 8
"""For the start of a process, which takes as long as a few of them."""


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin eval``."""

    agents: Annotated[tuple[str, ...], tyro.conf.Positional, AGENTS] = ("expert",)
    suite: str = ""
    """A suite's name or file (twin suites): fixes task, robot, layouts and seeds."""
    map: tuple[Path, ...] = ()
    """Files of the maps that a suite of imported ones needs."""
    variation: str = ""
    """What is changed, such as pybullet, noise_x3 or delay_100ms; a name in training/variations or a file."""
    episodes: int | None = None
    """How many: 100, or all of a suite. Episode k is reset with seed + k."""
    seed: int = 0
    """Of the first episode; a suite has its own."""
    stochastic: bool = False
    """Sample a policy's actions in place of taking their mean."""
    workers: int = 0
    """Processes; 0: one a core, where there are enough episodes. The scores are the same for any number."""
    json: Path | None = None
    """Write the scores and every episode to this file."""
    trajectories: bool = False
    """Write each episode's way, goal and route too."""
    out: Path | None = None
    """Write scores, a page with pictures of failures, and the episodes so far into this folder."""
    videos: int = 0
    """Of so many episodes of each agent, failures first, into the folder."""
    resume: bool = False
    """Go on with what is in --out."""


def run(args: Args) -> int:
    """Run the episodes and print the scores."""
    from training.evaluation import output
    from training.evaluation.session import comparisons, drive

    positive(episodes=args.episodes)
    not_negative(seed=args.seed, videos=args.videos, workers=args.workers)
    writable(json=args.json)
    _check(args)
    session = _session(args)
    driven = drive(session)
    compared = comparisons(driven)
    if args.json is not None:
        output.write_json(args.json, driven, compared, trajectories=args.trajectories)
    if args.out is not None:
        output.write_folder(args.out, session, driven, compared, args.videos)
    print("\n".join(output.lines(driven, compared)))
    return 0


def _session(args: Args) -> "Session":
    from training.evaluation.cases import seeds
    from training.evaluation.session import Session
    from training.evaluation.suites import open_suite
    from training.evaluation.variations import NOMINAL, load
    from training.workers import fitting

    suite = open_suite(args.suite, args.map) if args.suite else None
    options = args.options()
    if suite is None:
        env, cases = args.env, seeds(args.seed, args.episodes or EPISODES)
    else:
        env, cases = suite.env, suite.cases(args.episodes)
        options = {**options, "robot": suite.suite.robot, **suite.suite.options.given()}
        del options["layout"]
    return Session(
        agents=args.agents,
        env=env,
        options=options,
        cases=cases,
        suite=suite,
        variation=load(args.variation) if args.variation else NOMINAL,
        variation_name=Path(args.variation).stem,
        deterministic=not args.stochastic,
        trajectories=args.trajectories,
        workers=args.workers or fitting(len(cases), EPISODES_THAT_PAY),
        out=args.out,
        resume=args.resume,
    )


def _check(args: Args) -> None:
    given = {"--env": args.env != EnvFlags.env, "--layout": args.layout != EnvFlags.layout}
    given |= {"--generator": bool(args.generator), "--seed": args.seed != 0, "--robot": args.robot != EnvFlags.robot}
    for flag, is_given in given.items():
        if args.suite and is_given:
            raise InputError(f"{flag}: suite '{args.suite}' has its own; leave it out")
    if args.map and not args.suite:
        raise InputError("--map is for a --suite of imported maps; `twin import` makes a layout for --layout")
    if args.out is None and (args.videos or args.resume):
        raise InputError(f"{'--videos' if args.videos else '--resume'} needs --out, the folder")
    if len(set(args.agents)) != len(args.agents):
        raise InputError(f"an agent is named twice: {' '.join(args.agents)}")
