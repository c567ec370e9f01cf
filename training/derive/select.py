"""``twin select``: a view of what meets some filters. It stores no frames."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from training.complete_folder import complete_folder
from training.dataset import views
from training.dataset.reader import Dataset
from training.dataset.selecting import normalized
from training.dataset.selecting import select as chosen_of
from training.derive.lineage import derived
from twin.errors import InputError


def select(
    parent: Dataset,
    out: Path,
    terms: Mapping[str, object],
    cameras: Sequence[str] = (),
    done: Callable[[int], None] = lambda _: None,
) -> Dataset:
    """Write a view of the frames of ``parent`` that meet all ``terms`` (see ``training.dataset.filters``).

    Raises ``InputError`` where no frame does, or something is at ``out`` already.
    """
    with complete_folder(out) as folder:
        chosen = chosen_of(parent, terms, cameras, done)
        if not chosen.frames:
            raise InputError(f"no frame of {parent.label} meets all of this; nothing was written")
        arguments = {name: list(normalized(value)) for name, value in terms.items() if normalized(value)}
        arguments |= {"cameras": list(cameras)} if cameras else {}
        meta = derived([parent], out.stem, "select", arguments)
        chosen_meta = meta.model_copy(update={"arrays": chosen.meta.arrays, "cameras": chosen.meta.cameras})
        views.save(chosen, folder, parent, chosen_meta)
    return Dataset(out)
