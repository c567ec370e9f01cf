"""Show which rare cases are in a dataset: asked for, recorded, and really there by labels and poses.

Nothing is taken from the files that asked for them.
"""

import json
from dataclasses import dataclass
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Args:
    """The flags of ``twin coverage``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder or s3:// URL of the dataset."""
    json: bool = False
    """Print everything as JSON, with a finding for each episode."""


def run(args: Args) -> int:
    """Look at every episode; 1 where less is there than was asked for."""
    from dataclasses import asdict

    from training.coverage.report import found_in, rows
    from training.dataset import Dataset
    from training.progress import progress
    from training.tables import show

    dataset = Dataset(args.dataset)
    with progress("looking for cases", total=dataset.episodes, unit="episodes") as bar:
        findings = found_in(dataset, lambda one: bar.advance(1, one.scenario))
    table = rows(findings, dataset.meta.quotas)
    if args.json:
        print(json.dumps({"scenarios": table, "episodes": [asdict(one) for one in findings]}, indent=2))
    elif table:
        show([{key: _cell(value) for key, value in row.items()} for row in table])
    else:
        print(f"{args.dataset}: no episode was recorded in a scenario with a case")
    return int(any(row["there"] < row["asked"] for row in table))


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else value
