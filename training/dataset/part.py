"""The committed episodes of one writer, to read."""

from training.dataset.array_reader import ArrayReader
from training.dataset.commits import ENDS, RECORDS, CommitReader, RecordReader
from training.dataset.scenes import SceneStore
from training.dataset.schema import DatasetMeta, EpisodeRecord
from training.dataset.storage import Storage
from twin.errors import DatasetError


class Part:
    """Its index, in memory, and readers of everything else."""

    def __init__(self, storage: Storage, prefix: str, meta: DatasetMeta) -> None:
        commits = CommitReader(storage, prefix)
        self.storage, self.prefix = storage, prefix
        self.count = commits.count()
        self.ends = commits.ends(self.count)
        self.numbers = commits.numbers(self.count)
        self.records = RecordReader(commits, self._check_widths)
        self.arrays = {spec.name: ArrayReader(storage, prefix, spec) for spec in meta.arrays}
        self.scenes = SceneStore(storage, prefix)
        self._check_length()

    def _check_length(self) -> None:
        """Rows of episodes take memory: as many frames have to be stored. One array will do, the others may be lost."""
        frames = int(self.ends[-1]) if self.count else 0
        if frames and not any(array.frames >= frames for array in self.arrays.values()):
            raise self._damaged(ENDS, f"it says {frames} frames, and no array has as many")

    def _check_widths(self, record: EpisodeRecord) -> None:
        """Room is made for a ragged array before it is read: it has to be as wide as the record says."""
        for name, width in record.widths.items():
            array = self.arrays.get(name)
            if array is not None and array.spec.ragged and width > array.width:
                what = f"it says that {name} is {width} wide in episode {record.episode}; the array is {array.width}"
                raise self._damaged(RECORDS, what)

    def _damaged(self, name: str, what: str) -> DatasetError:
        return DatasetError(f"{self.storage.label}: {self.prefix}{name} is damaged: {what}")
