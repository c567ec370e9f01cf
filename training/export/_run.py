"""What happens around every format: a folder that is complete or not there, progress, a card, a Croissant file."""

import inspect
import json
from pathlib import Path

from training import export
from training.complete_folder import complete_folder
from training.export._about import about, objects
from training.export._card import card, filled_in
from training.export._croissant import write_croissant
from training.export._selection import TRAIN, Selection
from training.export._tables import write_episodes
from training.progress import progress


def run(selection: Selection, format_name: str, out: Path) -> list[str]:
    """Export to ``out``, which must not exist or be empty; remarks for the user.

    Raises ``InputError`` for a folder that is taken or a format that does not exist, ``DatasetError`` for a dataset
    that the format cannot take. Whatever is raised, nothing stays.
    """
    module = export.load(format_name)
    with (
        complete_folder(out) as folder,
        progress(f"exporting {format_name}", total=selection.frames(), unit="frames") as bar,
    ):
        module.export(selection, folder, bar.advance)
        return _describe(selection, format_name, folder)


def _describe(selection: Selection, format_name: str, folder: Path) -> list[str]:
    """Write what every export has."""
    module, facts = export.load(format_name), about(selection) | {"objects": objects(selection)}
    what = (inspect.getdoc(module) or format_name).partition("\n")[0]
    front = module.front_matter(selection) if isinstance(module, export.WithFrontMatter) else {}
    load = filled_in(module.LOAD, selection)
    (folder / "README.md").write_text(card(facts, format_name, what, load, front), encoding="utf-8")
    (folder / "dataset.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    write_episodes(selection, folder)
    remarks = _of_splits(selection)
    if not write_croissant(folder, facts):
        remarks.append("no croissant.json was written: it needs mlcroissant; pip install 'factory-twin[export]'")
    return remarks


def _of_splits(selection: Selection) -> list[str]:
    """What somebody who wants to train should know."""
    there = selection.splits_there()
    if TRAIN in there or TRAIN not in selection.splits:
        return []
    by = selection.dataset.meta.split_by
    how = "`twin collect --split-by episode` shares out the episodes of one layout" if by == "layout" else "record more"
    return [f"no episode is in the split {TRAIN}, all are in {' and '.join(there)}; splits are by {by}: {how}"]
