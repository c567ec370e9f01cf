"""How chunks are compressed: the profiles one chooses from, and the codecs that an array's ``zarr.json`` declares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from training.dataset.schema import AnyArray, ArraySpec
from twin.errors import DatasetError, one_of

CHECKSUM = {"name": "crc32c"}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}


class Filter(NamedTuple):
    """What is done to the values of a chunk before they are compressed."""

    apply: Callable[[AnyArray], AnyArray]
    """Chunks (n, values) -> others of that dtype and shape, each by itself."""
    undo: Callable[[AnyArray], None]
    """The inverse, in place."""


def _differences(values: AnyArray) -> AnyArray:
    return np.diff(values, axis=1, prepend=values.dtype.type(0))


def _sums(values: AnyArray) -> None:
    np.add.accumulate(values, dtype=values.dtype, out=values)  # wraps around, as the differences did


FILTERS = {"numcodecs.delta": Filter(_differences, _sums)}
"""By the name that Zarr knows them by; each is configured by the array's dtype."""


@dataclass(frozen=True, slots=True)
class Codecs:
    """What the chunks of one array go through: filters, Zstd, CRC-32C."""

    filters: tuple[str, ...] = ()
    level: int = 1

    def documents(self, dtype: str) -> list[dict[str, Any]]:
        """As ``zarr.json`` words it."""
        stored = np.dtype(dtype).newbyteorder("<")
        raw = LITTLE if stored.itemsize > 1 else {"name": "bytes"}
        zstd = {"name": "zstd", "configuration": {"level": self.level, "checksum": False}}
        filters = [{"name": name, "configuration": {"dtype": stored.str}} for name in self.filters]
        return [*filters, raw, zstd, CHECKSUM]


PLAIN = Codecs()


class Profile(NamedTuple):
    """Codecs for the arrays of a dataset."""

    about: str
    images: Codecs
    """Of arrays of unsigned integers with two axes or more a frame."""
    others: Codecs


PROFILES = {
    "quick": Profile("for recording at full speed and for any reader of Zarr v3", PLAIN, PLAIN),
    "small": Profile(
        "for keeping and sending: smaller than PNG files", Codecs(("numcodecs.delta",), 11), Codecs((), 11)
    ),
}


def check(profile: str) -> None:
    """Raise ``UnknownNameError`` for a profile that there is not."""
    one_of("compression", profile, PROFILES)


def codecs(profile: str, spec: ArraySpec) -> Codecs:
    """What a new array is stored with."""
    check(profile)
    chosen = PROFILES[profile]
    return chosen.images if len(spec.shape) > 1 and np.dtype(spec.dtype).kind == "u" else chosen.others


def declared(documents: object, dtype: str) -> Codecs:
    """The codecs of an array that is there; raises ``DatasetError`` for what this program cannot undo."""
    given = documents if isinstance(documents, list) else []
    try:
        found = Codecs(tuple(one["name"] for one in given[:-3]), int(given[-2]["configuration"]["level"]))
        known = set(found.filters) <= FILTERS.keys() and given == found.documents(dtype)
    except (IndexError, KeyError, TypeError, ValueError):
        known = False
    if not known:
        names = ", ".join(str(one.get("name") if isinstance(one, dict) else one) for one in given) or "none at all"
        text = f"bytes, zstd and crc32c, and before them {', '.join(FILTERS)} of {dtype}"
        raise DatasetError(f"is stored with the codecs {names}; this program reads {text}")
    return found


def apply(chain: Codecs, chunks: AnyArray) -> AnyArray:
    """Chunks (n, values) as they are compressed."""
    for name in chain.filters:
        chunks = FILTERS[name].apply(chunks)
    return chunks


def undo(chain: Codecs, values: AnyArray) -> None:
    """The inverse, in place; ``values`` must be contiguous."""
    for name in reversed(chain.filters):
        FILTERS[name].undo(values.reshape(-1))
