"""The chosen frames beside the dataset that they are for, so that an interrupted collection goes on with them."""

import json
from pathlib import Path

import numpy as np

from training.dataset import codec, zarr_json
from training.dataset.storage import METADATA, Storage
from training.stills.shots import Shot
from twin.errors import DatasetError

KEY = "meta/plan"
ABOUT = "frames to be taken, as JSON: episode -> [moment, mount, pose of the camera in the world]"
MAX_BYTES = 256 * 1024 * 1024

Plan = dict[int, tuple[Shot, ...]]


def put(out: str | Path, plan: Plan) -> None:
    """Store a plan in a dataset."""
    document = {str(number): [[s.moment, s.mount, list(s.pose)] for s in shots] for number, shots in plan.items()}
    text = json.dumps(document).encode()
    storage = Storage(out, read_only=False)
    storage.put(f"{KEY}/c/0", codec.encode_chunk(np.frombuffer(text, np.uint8)))
    storage.put(f"{KEY}/{METADATA}", zarr_json.blob(len(text), ABOUT))


def get(out: str | Path) -> Plan | None:
    """That of a dataset; None where there is none. Raises ``DatasetError`` for one that is damaged."""
    storage = Storage(out, read_only=True)
    metadata = storage.get(f"{KEY}/{METADATA}")
    if metadata is None:
        return None
    try:
        size = int(json.loads(metadata)["shape"][0])
        if not 0 < size <= MAX_BYTES:
            raise codec.DamagedError(f"{size} bytes")
        text = codec.decode_chunk(storage.get(f"{KEY}/c/0") or b"", (size,), np.uint8).tobytes()
        document = json.loads(text)
        return {int(n): tuple(_shot(*shot) for shot in shots) for n, shots in document.items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise DatasetError(f"{storage.label}: {KEY} is damaged: this dataset cannot be completed") from error


def _shot(moment: int, mount: str, pose: list[float]) -> Shot:
    if len(pose) != 7:
        raise ValueError("a pose has seven numbers")
    return Shot(int(moment), str(mount), tuple(float(v) for v in pose))
