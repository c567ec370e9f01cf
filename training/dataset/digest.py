"""What makes two datasets the same: their episodes and frames; not their chunks, their parts or their date."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from training.dataset.codec import little_endian
from training.dataset.schema import AnyArray, ArraySpec, EpisodeRecord


class EpisodeDigest:
    """Takes in the frames of an episode one by one, or many at once: the result is the same."""

    def __init__(self, arrays: Iterable[ArraySpec]) -> None:
        self._arrays = {spec.name: (spec, hashlib.sha256()) for spec in arrays}

    def update(self, name: str, rows: AnyArray) -> None:
        """More rows of one array, without padding."""
        spec, sha = self._arrays[name]
        sha.update(little_endian(rows.astype(spec.dtype, copy=False)).data)

    def finish(self, record: EpisodeRecord) -> str:
        """SHA-256, hexadecimal, of the arrays and of the record.

        Its own ``digest`` does not count, and ``left_out`` only where it says something: it came later than datasets.
        """
        arrays = {
            name: [spec.dtype, list(spec.shape[1:] if spec.ragged else spec.shape), sha.hexdigest()]
            for name, (spec, sha) in self._arrays.items()
        }
        none = {"digest"} if record.left_out else {"digest", "left_out"}
        return _sha256({"record": record.model_dump(mode="json", exclude=none), "arrays": arrays})


def dataset_digest(episodes: Mapping[int, str]) -> str:
    """SHA-256 of the episodes' digests in the order of their numbers."""
    return _sha256([[number, episodes[number]] for number in sorted(episodes)])


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
