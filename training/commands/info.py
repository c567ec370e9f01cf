"""Show what is in a dataset: episodes, frames, arrays, classes, outcomes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from training.flag_checks import writable

if TYPE_CHECKING:
    from training.dataset import Dataset


@dataclass(frozen=True)
class Args:
    """The flags of ``twin info``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder or s3:// URL of the dataset."""
    json: bool = False
    """Print everything as JSON."""
    html: Path | None = None
    """Write a page for a person to this file instead: figures, sample frames, ways, lineage, storage."""


_COLUMN = {"class": "labelled objects", "outcome": "mean"}


def run(args: Args) -> int:
    """Print it, or write the page."""
    from training.dataset import Dataset
    from training.dataset.info import summary

    dataset = Dataset(args.dataset)
    if args.html is not None:
        return _write_page(dataset, args.html)
    found = summary(dataset)
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    return 0


def _write_page(dataset: "Dataset", path: Path) -> int:
    from training.overview.write import write

    writable(html=path)
    write(dataset, path)
    print(path)
    return 0


def _print(found: dict[str, Any]) -> None:
    from training.tables import show

    for name in ("name", "created", "generator", "licence", "description", "episodes", "frames", "digest"):
        print(f"{name:>12}  {found[name]}")
    print(f"{'environment':>12}  {found['environment']['id']} {json.dumps(found['environment']['arguments'])}")
    parts = f"{found['parts']} part{'s' * (found['parts'] > 1)}"
    print(f"{'size':>12}  {_size(found['bytes'])} in {parts}; compression {found['compression']}")
    for name in ("splits", "agent", "robot", "layout", "scenario", "engine", "renderer"):
        if found[name]:
            print(f"{name:>12}  {', '.join(f'{value}: {count}' for value, count in found[name].items())}")
    if any(found["marked_frames"].values()):
        marked = (f"{count} frames {name}" for name, count in found["marked_frames"].items() if count)
        print(f"{'pixels':>12}  {', '.join(marked).replace('_', ' ')}")
    _print_balance(found["balance"], found["name"])
    print()
    show([_array(name, array) for name, array in found["arrays"].items()])
    for head, values in (("class", found["classes"]), ("outcome", found["outcomes"])):
        if values:
            print()
            show([{head: name, _COLUMN[head]: value} for name, value in values.items()])


def _print_balance(data: dict[str, Any], label: str) -> None:
    from training.balance.table import lines, stored, table
    from training.tables import show

    found = stored(data, label)
    if found is not None:
        print()
        show(table(found))
        print("\n".join(lines(found)))


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
