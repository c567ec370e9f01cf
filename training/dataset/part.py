"""The committed episodes of one writer, to read."""

from training.dataset.array_reader import ArrayReader
from training.dataset.commits import CommitReader, RecordReader
from training.dataset.scenes import SceneStore
from training.dataset.schema import DatasetMeta
from training.dataset.storage import Storage


class Part:
    """Its index, in memory, and readers of everything else."""

    def __init__(self, storage: Storage, prefix: str, meta: DatasetMeta) -> None:
        commits = CommitReader(storage, prefix)
        self.storage, self.prefix = storage, prefix
        self.count = commits.count()
        self.ends = commits.ends(self.count)
        self.numbers = commits.numbers(self.count)
        self.records = RecordReader(commits)
        self.arrays = {spec.name: ArrayReader(storage, prefix, spec) for spec in meta.arrays}
        self.scenes = SceneStore(storage, prefix)
