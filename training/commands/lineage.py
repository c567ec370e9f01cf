"""Show what a dataset was made of, and how."""

import json
from dataclasses import dataclass
from typing import Annotated

import tyro

WIDTH = 240
"""No line of the tree is longer."""


@dataclass(frozen=True)
class Args:
    """The flags of ``twin lineage``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder of the dataset."""
    json: bool = False
    """Print the tree as JSON."""


def run(args: Args) -> int:
    """Print the tree."""
    from training.dataset import Dataset
    from training.derive import lineage

    dataset = Dataset(args.dataset)
    if args.json:
        print(json.dumps(lineage.as_json(dataset), indent=2))
    else:
        from rich.console import Console

        Console(width=WIDTH, highlight=False).print(lineage.tree(dataset))
    return 0
