"""How an array is stored, and whether that is as the dataset's schema says: every part has arrays of its own."""

from typing import Any

from training.dataset import compression
from training.dataset.compression import Codecs
from training.dataset.schema import ArraySpec
from training.dataset.storage import METADATA, Storage
from training.dataset.zarr_json import parsed, shape
from twin.errors import DatasetError


def codecs(storage: Storage, path: str, spec: ArraySpec) -> Codecs:
    """What the chunks of an array were made with, which each array says for itself.

    Raises ``DatasetError`` where it is stored in another way than the schema says.
    """
    document = parsed(storage.get(f"{path}/{METADATA}"))
    if not document:
        raise missing(storage, path)
    row = shape(document)[1:]
    grid: Any = document.get("chunk_grid")
    found = f"{document.get('data_type')} {_shown(row)}"
    shard = grid["configuration"]["chunk_shape"][0] if isinstance(grid, dict) else None
    if document.get("data_type") != spec.dtype or not rows_agree(spec, row):
        raise DatasetError(f"{storage.label}: {path} is {found}, where the schema says {spec.dtype} {_wanted(spec)}")
    if shard != spec.shard:
        raise DatasetError(f"{storage.label}: {path} has {shard} frames a shard, where the schema says {spec.shard}")
    sharding: Any = document.get("codecs")
    try:
        return compression.declared(sharding[0]["configuration"]["codecs"], spec.dtype)
    except (IndexError, KeyError, TypeError):
        raise DatasetError(f"{storage.label}: {path} is not sharded") from None
    except DatasetError as error:
        raise DatasetError(f"{storage.label}: {path} {error}") from None


def missing(storage: Storage, path: str) -> DatasetError:
    """What to raise where nothing is known of an array."""
    return DatasetError(f"{storage.label}: {path} is missing or damaged: its {METADATA} cannot be read")


def rows_agree(spec: ArraySpec, row: list[int]) -> bool:
    """Whether the shape of a stored array's rows is that of the schema."""
    if not spec.ragged:
        return row == list(spec.shape)
    return len(row) == len(spec.shape) and row[0] % spec.shape[0] == 0 and row[1:] == list(spec.shape[1:])


def _shown(row: list[int]) -> str:
    return f"({', '.join(map(str, ['*', *row]))})"


def _wanted(spec: ArraySpec) -> str:
    row = ["*", *spec.shape[1:]] if spec.ragged else spec.shape
    return f"({', '.join(map(str, ['*', *row]))})"
