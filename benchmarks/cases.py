"""How often the rare cases are really there: ``python benchmarks/cases.py [--seeds 100] [--json]``.

Records so many episodes of every shipped scenario with a case, driven by the expert, and judges each by its labels,
poses and pictures as ``twin coverage`` does. One process; small pictures, for what they show is what counts.
"""

import tempfile
import time
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path
from typing import Annotated

import tyro

from training.collection import Collection, collect
from training.coverage.quotas import with_cases
from training.coverage.report import found_in, rows
from training.tables import show

WANTED = 0.95
"""Share of the episodes in which the case is really there."""


@dataclass(frozen=True)
class Args:
    """The flags."""

    seeds: int = 100
    """Episodes of each scenario."""
    cases: tuple[str, ...] = ()
    """Scenarios; all by default."""
    layouts: tuple[str, ...] = ("small_warehouse",)
    """Shipped names, files, or ``generated``."""
    first: int = 0
    """Seed of the first episode."""
    every: int = 2
    """Keep one frame of so many steps."""
    size: int = 64
    """Of the pictures, px."""
    keep: Annotated[str, tyro.conf.arg(metavar="FOLDER")] = ""
    """Where the dataset is left, instead of being thrown away."""
    json: bool = False
    """Print JSON."""


def main(args: Args) -> int:
    """Record, judge, print; 1 where a case is there too seldom."""
    quotas = dict.fromkeys(args.cases or with_cases(), args.seeds)
    layouts = args.layouts[0] if len(args.layouts) == 1 else list(args.layouts)
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        dataset = collect(
            Collection(
                out=args.keep or Path(folder) / "cases.zarr",
                agent="expert",
                env="FactoryTwin/RouteNav-v0",
                options={"layout": layouts, "camera_size": (args.size, args.size), "quality": "standard"},
                seed=args.first,
                every=args.every,
                quotas=quotas,
            )
        )
        recorded = time.process_time()
        findings = found_in(dataset)
    table = rows(findings, quotas)
    for row in table:
        row["share"] = round(row["there"] / max(1, row["recorded"]), 3)
    seconds = {"recording": recorded - began, "judging": time.process_time() - recorded}
    if args.json:
        print(dumps({"scenarios": table, "cpu_seconds": seconds, "episodes": [asdict(f) for f in findings]}, indent=2))
    else:
        show([{k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()} for row in table])
        print(", ".join(f"{name} {value:.0f} s of CPU" for name, value in seconds.items()))
    return int(any(row["share"] < WANTED for row in table))


if __name__ == "__main__":
    raise SystemExit(main(tyro.cli(Args)))
