"""Compressed in another way: the same frames and digest, read by plain Zarr, and every array says what it is."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from small_datasets import ARRAYS, Rows, assert_holds, random_rows, write
from zarr.storage import MemoryStore

from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, compression
from training.dataset.audit import audit
from training.dataset.codec import decode_chunk, encode_chunk
from training.dataset.compression import FILTERS, PROFILES, Codecs, Profile
from training.dataset.schema import AnyArray
from training.derive.merge import merge
from twin.errors import DatasetError, UnknownNameError

IMAGES = (*ARRAYS, ArraySpec(name="rgb", dtype="uint8", shape=(5, 4, 3), chunk=2, shard=4))
"""With chunks of several frames, so that differences run on from one to the next."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Numcodecs codecs are not in the Zarr version 3 specification")
        yield


def meta(profile: str) -> DatasetMeta:
    return DatasetMeta(name="test", arrays=IMAGES, compression=profile)


def episodes() -> list[Rows]:
    rng = np.random.default_rng(1)
    made = [random_rows(rng, frames) for frames in (3, 5, 4)]
    for rows in made:
        for row in rows:
            row["rgb"] = rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)
    return made


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["uint8", "uint16", "uint32", "int16", "int64"]).flatmap(
        lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(max_dims=3, max_side=6))
    ),
    st.lists(st.sampled_from(sorted(FILTERS)), max_size=2),
    st.integers(1, 9),
)
def test_a_chunk_survives_any_codecs(rows: AnyArray, filters: list[str], level: int) -> None:
    codecs, before = Codecs(tuple(filters), level), rows.copy()
    stored = encode_chunk(rows, codecs)
    np.testing.assert_array_equal(rows, before)
    np.testing.assert_array_equal(decode_chunk(stored, rows.shape, rows.dtype, codecs), rows)


@pytest.mark.parametrize("profile", PROFILES)
def test_our_reader_and_plain_zarr_read_what_was_written(profile: str, tmp_path: Path) -> None:
    path, written = tmp_path / "D.zarr", episodes()
    with DatasetWriter.create(path, meta(profile)) as writer:
        write(writer, written[:2])
    with DatasetWriter.resume(path, meta(profile)) as writer:
        write(writer, written[2:], first=2)
    dataset = Dataset(path)
    for k, rows in enumerate(written):
        assert_holds(dataset, k, rows)
    group = zarr.open_group(path, mode="r")
    flat = [row for rows in written for row in rows]
    for name in ("image", "rgb", "reward", "observations/lidar"):
        plain = np.asarray(group[f"data/{name}"])
        np.testing.assert_array_equal(plain, np.stack([row[name] for row in flat]))
        np.testing.assert_array_equal(dataset.batch([7, 1, 8, 0], [name])[name], plain[[7, 1, 8, 0]])


@pytest.mark.parametrize("profile", PROFILES)
def test_we_read_what_zarr_writes(profile: str) -> None:
    store = MemoryStore()
    with DatasetWriter.create(store, meta(profile)) as writer:
        write(writer, episodes())
    values = np.random.default_rng(5).integers(0, 256, (12, 5, 4, 3), dtype=np.uint8)
    array = zarr.open_group(store, mode="r+")["data/rgb"]
    assert isinstance(array, zarr.Array)
    array[:] = values
    np.testing.assert_array_equal(Dataset(store).batch(range(12), ["rgb"])["rgb"], values)


def test_compression_changes_sizes_and_nothing_else(tmp_path: Path) -> None:
    ramp = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint16)
    spec = ArraySpec(name="depth", dtype="uint16", shape=(64, 64))
    for profile in PROFILES:
        about = DatasetMeta(name="d", arrays=(spec,), compression=profile)
        with DatasetWriter.create(tmp_path / profile, about) as writer:
            write(writer, [[{"depth": ramp + t} for t in range(3)]])
    quick, small = (Dataset(tmp_path / profile) for profile in ("quick", "small"))
    assert quick.digest() == small.digest()
    stored = [sum(size for key, size in dataset.bytes_by_key() if "/c/" in key) for dataset in (quick, small)]
    assert stored[1] < stored[0]
    assert not list(audit(small))


def test_parts_may_differ_and_are_merged(tmp_path: Path) -> None:
    """As where a dataset was begun in one profile and its attribute was changed: every array says what it is."""
    written, path = episodes(), tmp_path / "D.zarr"
    with DatasetWriter.create(path, meta("quick")) as writer:
        write(writer, written[:2])
    document = json.loads((path / "zarr.json").read_text())
    document["attributes"]["compression"] = "small"
    (path / "zarr.json").write_text(json.dumps(document))
    with DatasetWriter.resume(path, part=1) as writer:
        write(writer, written[2:], first=2)
    codecs = [
        json.loads((path / part / "data/rgb/zarr.json").read_text())["codecs"][0]["configuration"]["codecs"][0]["name"]
        for part in ("", "parts/1")
    ]
    assert codecs == ["bytes", "numcodecs.delta"]
    for k, rows in enumerate(written):
        assert_holds(Dataset(path), k, rows)

    quick = tmp_path / "quick.zarr"
    with DatasetWriter.create(quick, meta("quick")) as writer:
        write(writer, written[:2])
    both = merge([Dataset(quick), Dataset(path)], tmp_path / "both.zarr", compression="small")
    assert both.meta.compression == "small"
    for k, rows in enumerate([*written[:2], *written]):
        np.testing.assert_array_equal(both.episode(k)["rgb"], np.stack([row["rgb"] for row in rows]))


def test_an_array_goes_on_as_it_began_even_if_the_profile_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, path = episodes(), tmp_path / "D.zarr"
    with DatasetWriter.create(path, meta("small")) as writer:
        write(writer, written[:1])
    monkeypatch.setitem(PROFILES, "small", Profile("another one", Codecs((), 3), Codecs((), 3)))
    with DatasetWriter.resume(path) as writer:
        write(writer, written[1:], first=1)
    for k, rows in enumerate(written):
        assert_holds(Dataset(path), k, rows)


def test_a_flipped_bit_is_found_by_array_and_frame(tmp_path: Path) -> None:
    path = tmp_path / "D.zarr"
    with DatasetWriter.create(path, meta("small")) as writer:
        write(writer, episodes())
    shard = path / "data/image/c/1/0/0"
    data = bytearray(shard.read_bytes())
    data[20] ^= 1
    shard.write_bytes(data)
    problems = list(audit(Dataset(path)))
    assert [(p.check, p.where, p.episode, p.frame) for p in problems] == [("readable", "data/image", 1, 0)]


@pytest.mark.parametrize(
    ("codecs", "names"),
    [
        ([{"name": "bytes"}, {"name": "gzip", "configuration": {"level": 5}}], "bytes, gzip"),
        ([{"name": "numcodecs.delta", "configuration": {"dtype": "<i4"}}], "numcodecs.delta, bytes, zstd, crc32c"),
        ([{"name": "numcodecs.shuffle", "configuration": {}}], "numcodecs.shuffle, bytes, zstd, crc32c"),
        ("zstd", "none at all"),
        ([1, None], "1, None"),
    ],
)
def test_other_codecs_are_refused_by_name(tmp_path: Path, codecs: object, names: str) -> None:
    path = tmp_path / "D.zarr"
    with DatasetWriter.create(path, meta("quick")) as writer:
        write(writer, episodes())
    file = path / "data/rgb/zarr.json"
    document = json.loads(file.read_text())
    inner = document["codecs"][0]["configuration"]
    known = inner["codecs"]
    inner["codecs"] = [*codecs, *known] if names.endswith("crc32c") and isinstance(codecs, list) else codecs
    file.write_text(json.dumps(document))
    expected = f"D.zarr: data/rgb is stored with the codecs {names}; this program reads bytes, zstd and crc32c"
    with pytest.raises(DatasetError, match=expected):
        Dataset(path).batch([0], ["rgb"])
    with pytest.raises(DatasetError, match=expected):
        DatasetWriter.resume(path)


def test_a_profile_that_there_is_not_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown compression 'smal'; did you mean 'small'"):
        DatasetWriter.create(tmp_path / "D.zarr", meta("smal"))
    assert not list(tmp_path.iterdir())


def test_going_on_with_another_profile_is_refused(tmp_path: Path) -> None:
    DatasetWriter.create(tmp_path / "D.zarr", meta("quick")).close()
    with pytest.raises(DatasetError, match="cannot be resumed: not the same compression: 'quick' there, 'small' now"):
        DatasetWriter.resume(tmp_path / "D.zarr", meta("small"))


def test_what_is_not_an_image_keeps_the_codecs_of_zarr() -> None:
    floats = ArraySpec(name="depth", dtype="float32", shape=(4, 4))
    assert compression.codecs("small", floats).filters == ()
    assert all(compression.codecs("quick", spec) == compression.PLAIN for spec in IMAGES)
