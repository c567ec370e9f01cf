"""Choose frames of a dataset by what they show or how they ended: a view that stores no pixels."""

from dataclasses import field, make_dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from training.dataset.filters import filters

_ABOUT = {name: filter_.about for name, filter_ in filters().items()}

Args = make_dataclass(
    "Args",
    [
        ("dataset", Annotated[str, tyro.conf.Positional, tyro.conf.arg(help="Folder of the dataset, or of a view.")]),
        ("out", Annotated[Path, tyro.conf.arg(help="Folder to write; must not exist, or be empty.")]),
        (
            "cameras",
            Annotated[tuple[str, ...], tyro.conf.arg(help="Cameras to keep and to judge by; by default all.")],
            field(default=()),
        ),
        *(
            (name, Annotated[tuple[str, ...], tyro.conf.arg(help=about)], field(default=()))
            for name, about in _ABOUT.items()
        ),
    ],
    namespace={"__doc__": "The flags of ``twin select``."},
    frozen=True,
)


def run(args: Any) -> int:
    """Choose, and say how much that is."""
    from training.dataset import Dataset
    from training.derive.select import select
    from training.progress import progress

    parent = Dataset(args.dataset)
    terms = {name: getattr(args, name) for name in _ABOUT}
    with progress("selecting", total=parent.frames, unit="frames") as bar:
        view = select(parent, args.out, terms, args.cameras, bar.advance)
    shares = f"{view.episodes} of {parent.episodes} episodes, {view.frames} of {parent.frames} frames"
    print(f"{args.out}: a view of {args.dataset}: {shares}, digest {view.digest()[:16]}")
    return 0
