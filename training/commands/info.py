"""Show what is in a dataset: episodes, frames, arrays, classes, outcomes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro


@dataclass(frozen=True)
class Args:
    """The flags of ``twin info``."""

    dataset: Annotated[Path, tyro.conf.Positional]
    """Folder of the dataset."""
    json: bool = False
    """Print everything as JSON."""


_COLUMN = {"class": "labelled objects", "outcome": "mean"}


def run(args: Args) -> int:
    """Print it."""
    from training.dataset import Dataset
    from training.dataset.info import summary

    found = summary(Dataset(args.dataset))
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    return 0


def _print(found: dict[str, Any]) -> None:
    from training.tables import show

    for name in ("name", "created", "generator", "licence", "description", "episodes", "frames", "digest"):
        print(f"{name:>12}  {found[name]}")
    print(f"{'environment':>12}  {found['environment']['id']} {json.dumps(found['environment']['arguments'])}")
    print(f"{'size':>12}  {_size(found['bytes'])} in {found['parts']} part{'s' * (found['parts'] > 1)}")
    for name in ("splits", "agent", "robot", "layout", "scenario", "engine", "renderer"):
        if found[name]:
            print(f"{name:>12}  {', '.join(f'{value}: {count}' for value, count in found[name].items())}")
    print()
    show([_array(name, array) for name, array in found["arrays"].items()])
    for head, values in (("class", found["classes"]), ("outcome", found["outcomes"])):
        if values:
            print()
            show([{head: name, _COLUMN[head]: value} for name, value in values.items()])


def _array(name: str, array: dict[str, Any]) -> dict[str, object]:
    shape = " x ".join("*" if n is None else str(n) for n in array["shape"])
    stored = _size(array["bytes"])
    return {"array": name, "dtype": array["dtype"], "shape": shape, "unit": array["unit"], "stored": stored}


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
