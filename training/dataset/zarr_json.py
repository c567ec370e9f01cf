"""The ``zarr.json`` documents of groups and arrays, as the Zarr v3 specification words them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from training.dataset.compression import CHECKSUM, LITTLE, PLAIN, Codecs
from training.dataset.schema import ArraySpec


def group(attributes: Mapping[str, Any] | None = None) -> bytes:
    """A group."""
    return _encode({"zarr_format": 3, "node_type": "group", "attributes": dict(attributes or {})})


def sharded(spec: ArraySpec, codecs: Codecs, frames: int, width: int) -> bytes:
    """A data array; ``width`` is the length of axis 1 where it is ragged."""
    row = list(spec.shape)
    sharding = [
        {
            "name": "sharding_indexed",
            "configuration": {
                "chunk_shape": [spec.chunk, *row],
                "codecs": codecs.documents(spec.dtype),
                "index_codecs": [LITTLE, CHECKSUM],
                "index_location": "end",
            },
        }
    ]
    attributes = {"unit": spec.unit, "description": spec.description}
    shape = [frames, width, *row[1:]] if spec.ragged else [frames, *row]
    fill = "NaN" if spec.ragged else False if spec.dtype == "bool" else 0
    return _array(shape, [spec.shard, *row], spec.dtype, sharding, fill_value=fill, attributes=attributes)


def integers(length: int, chunk: int, description: str) -> bytes:
    """A plain int64 vector, not compressed."""
    return _array([length], [chunk], "int64", [LITTLE, CHECKSUM], fill_value=0, attributes={"description": description})


def strings(length: int, chunk: int, description: str) -> bytes:
    """A vector of texts, not compressed."""
    codecs = [{"name": "vlen-utf8"}, CHECKSUM]
    return _array([length], [chunk], "string", codecs, fill_value="", attributes={"description": description})


def blob(size: int, description: str) -> bytes:
    """Bytes in one compressed chunk."""
    codecs = PLAIN.documents("uint8")
    return _array([size], [size], "uint8", codecs, fill_value=0, attributes={"description": description})


def parsed(data: bytes | None) -> dict[str, Any]:
    """A stored document; empty where there is none that can be read."""
    try:
        document = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def shape(document: Mapping[str, Any]) -> list[int]:
    """What a stored document says of its array's shape; empty where that is none.

    >>> shape({"shape": [3, 2]}), shape({"shape": [1.5]}), shape({})
    ([3, 2], [], [])
    """
    lengths = document.get("shape")
    sound = isinstance(lengths, list) and all(type(length) is int and length >= 0 for length in lengths)
    return lengths if isinstance(lengths, list) and sound else []


def _array(shape: Sequence[int], chunk: Sequence[int], dtype: str, codecs: Sequence[Any], **others: Any) -> bytes:
    return _encode(
        {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(shape),
            "data_type": dtype,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunk)}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "codecs": list(codecs),
            **others,
        }
    )


def _encode(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, allow_nan=False).encode()
