"""List the suites that agents are scored on, or check the digests of some.

With names or files, their layouts are made and each digest is compared with the one in the file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training.tables import show
from twin.errors import InputError


@dataclass(frozen=True)
class Args:
    """The flags of ``twin suites``."""

    suites: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[SUITE ...]")] = ()
    """Names or files; without any, all that are shipped are listed, or with --record recorded."""
    map: tuple[Path, ...] = ()
    """Files of the maps that suites of imported ones need; each takes its own."""
    record: bool = False
    """Write the digests into the suites' files: each becomes a new suite, whose scores compare with no older ones."""
    json: bool = False
    """Print JSON instead of a table."""


def run(args: Args) -> int:
    """Print a row a suite; 1 where a digest differs."""
    from training.evaluation import suites

    if args.map and not args.suites:
        raise InputError("--map: name the suites that these maps are for")
    if not (args.suites or args.record):
        show([_row(name) for name in suites.names()], args.json)
        return 0
    rows: list[dict[str, object]] = []
    for name in args.suites or suites.names():
        opened = suites.open_suite(name, suites.load(name).layouts.own(args.map), check=False)
        recorded = opened.suite.digest
        state = "not recorded" if not recorded else "as recorded" if recorded == opened.digest else "differs"
        if args.record:
            suites.record(name, opened.digest)
            state = "recorded now"
        rows.append({"name": opened.name, "episodes": opened.suite.episodes, "digest": opened.digest, "state": state})
    show(rows, args.json)
    return int(any(row["state"] == "differs" for row in rows))


def _row(name: str) -> dict[str, object]:
    from training.evaluation import suites

    suite = suites.load(name)
    return {
        "name": name,
        "tier": suite.tier,
        "task": suite.task,
        "episodes": suite.episodes,
        "digest": suite.digest[:12],
        "description": suite.description,
    }
