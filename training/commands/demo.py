"""The main job on one factory, in minutes: twin, dataset, COCO, policy, scores, and a report to open.

Each step is a command that could be typed as well, and is shown before it runs. --resume goes on where it was stopped.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Args:
    """The flags of ``twin demo``."""

    out: Path = Path("out/demo")
    """Folder for everything it makes. A demo that is there already is replaced, step by step."""
    layout: str = "small_warehouse"
    """Shipped name, or a file: the factory that is drawn and recorded."""
    quick: bool = False
    """Under a minute: every step, with next to nothing to do."""
    resume: bool = False
    """Go on with the demo in --out; what is finished stays."""


def run(args: Args) -> int:
    """Do all steps, write the report."""
    import shlex

    import factories
    from training.demo.budget import FULL, QUICK
    from training.demo.journal import Journal, open_folder, remove
    from training.demo.report import write_report
    from training.demo.run import run_all
    from training.demo.steps import Paths, steps

    factories.load(args.layout)  # a wrong name or file is told before anything is replaced
    budget = QUICK if args.quick else FULL
    paths = Paths(args.out)
    journal = open_folder(args.out, Journal(layout=args.layout, quick=args.quick), resume=args.resume)
    remove(paths.report)
    todo = steps(paths, args.layout, tuple(factories.names()), budget)
    try:
        journal = run_all(journal, args.out, todo)
        write_report(paths, journal, todo, budget)
    except KeyboardInterrupt:
        flags = ["--out", str(args.out), "--layout", args.layout, *["--quick"] * args.quick, "--resume"]
        text = f"what is finished is in {args.out}; go on with: twin demo {shlex.join(flags)}"
        raise KeyboardInterrupt(text) from None
    print(f"report: {paths.report}")
    return 0
