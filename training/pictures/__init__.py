"""Pictures, wherever they are: in a dataset, in an export, in a folder of photos; to compare, and to take colours from.

``opened(place)`` finds out which it is. Files are somebody else's: sizes are checked before memory is taken.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from training.pictures._kinds import Image, Objects, Pictures

if TYPE_CHECKING:
    from training.dataset.reader import Dataset

__all__ = ["Image", "Objects", "Pictures", "opened"]


def opened(place: "str | Path | Dataset", cameras: Sequence[str] = ()) -> Pictures:
    """The pictures of a dataset (a folder, a URL, or opened already), of an export's folder, or of a folder of photos.

    ``cameras``: of a dataset or of an export of ours, all by default. Raises ``InputError`` or ``DatasetError`` where
    there are none.
    """
    from training.dataset.reader import Dataset
    from training.dataset.remote import is_url
    from training.dataset.storage import METADATA
    from training.pictures.files import Files
    from training.pictures.recorded import Recorded

    if isinstance(place, Dataset):
        return Recorded(place, cameras)
    if is_url(place) or (Path(place) / METADATA).is_file():
        return Recorded(Dataset(place), cameras)
    return Files(Path(place), cameras)
