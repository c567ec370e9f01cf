"""Anything that is not one of our datasets gets one clear line, and is not touched."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from numcodecs.vlen import VLenUTF8
from pydantic import ValidationError
from small_datasets import ARRAYS, random_rows, write

from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, codec
from training.dataset.scenes import SceneStore
from training.dataset.storage import Storage
from twin.errors import DatasetError
from twin.scene import Body, Instance, Mesh, Scene


def message_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(DatasetError) as caught:
        call(*arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_nothing_there(tmp_path: Path) -> None:
    assert message_of(Dataset, tmp_path / "D") == f"{tmp_path}/D: there is no dataset here"
    assert not (tmp_path / "D").exists()
    assert "there is no dataset here" in message_of(DatasetWriter.resume, tmp_path / "D")
    assert not (tmp_path / "D").exists()


def test_a_folder_of_something_else(tmp_path: Path, meta: DatasetMeta) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    assert "is not a dataset: it has no zarr.json" in message_of(Dataset, tmp_path)
    assert "exists and is something else; nothing in it was touched" in message_of(DatasetWriter.create, tmp_path, meta)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file(tmp_path: Path, meta: DatasetMeta) -> None:
    (tmp_path / "f").write_text("x")
    assert "is not a dataset" in message_of(Dataset, tmp_path / "f")
    assert "is a file; a dataset is a folder" in message_of(DatasetWriter.create, tmp_path / "f", meta)


def test_a_foreign_zarr(tmp_path: Path, meta: DatasetMeta) -> None:
    zarr.create_group(tmp_path / "D").create_array("x", shape=(3,), dtype="int32")
    text = "is a Zarr store, but not a dataset of the format 'factory-twin-dataset'"
    assert text in message_of(Dataset, tmp_path / "D")
    assert text in message_of(DatasetWriter.resume, tmp_path / "D")
    assert "is something else" in message_of(DatasetWriter.create, tmp_path / "D", meta)


@pytest.mark.parametrize("content", [b"", b'{"zarr_format": 3, "attr', b"\xff\xfe", b"[" * 100_000])
def test_a_truncated_root(small: Path, content: bytes) -> None:
    (small / "zarr.json").write_bytes(content)
    assert message_of(Dataset, small) == f"{small}: zarr.json is damaged: it is no JSON"


def test_an_empty_name() -> None:
    text = "a dataset has the name of a folder or a URL, and this name is empty"
    assert message_of(Dataset, "") == message_of(DatasetWriter.resume, "") == text


@pytest.mark.parametrize("frames", [[1.5], 1.0, [True, False], ["1"], [None]])
def test_frames_that_are_no_whole_numbers(small: Path, frames: Any) -> None:
    with pytest.raises(IndexError, match=r"frames are whole numbers, not (1\.[05]|True|1|None)"):
        Dataset(small).batch(frames)
    assert all(len(values) == 0 for values in Dataset(small).batch([]).values())


def test_one_array_is_named_as_it_is(small: Path) -> None:
    assert list(Dataset(small).batch([1], "reward")) == ["reward"]


def test_a_newer_format(small: Path) -> None:
    edit(small, format_version=99)
    assert "small.zarr has format version 99; this program reads up to 1: update it" in message_of(Dataset, small)


def test_damaged_attributes(small: Path) -> None:
    edit(small, splits={"../up": 1.0})
    assert "zarr.json is damaged: splits.../up.[key]: String should match pattern" in message_of(Dataset, small)
    edit(small, splits={"train": 1.0})
    edit(small, arrays=[{"name": "../up", "dtype": "uint8"}])
    assert "zarr.json is damaged: arrays.0.name: String should match pattern" in message_of(Dataset, small)
    edit(small, arrays=[{"name": "x", "dtype": "uint8", "shape": [10**6, 10**6]}])
    assert "a chunk of more than" in message_of(Dataset, small)
    (small / "zarr.json").write_text("{}")
    assert "not a dataset of the format" in message_of(Dataset, small)


def edit(path: Path, **attributes: Any) -> None:
    document = json.loads((path / "zarr.json").read_text())
    document["attributes"] |= attributes
    (path / "zarr.json").write_text(json.dumps(document))


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/b", "a b", "train\n"])
def test_names_in_records_that_would_be_paths(small: Path, name: str) -> None:
    """Exports name folders after splits, and scenes are found by their digest."""
    for field in ("split", "scene"):
        edit_records(small, **{field: name})
        text = f"meta/episodes/c/0 is damaged: {field}: String should match pattern"
        assert text in message_of(lambda: list(Dataset(small).records()))
        edit_records(small, **{field: ""})
    assert [record.split for record in Dataset(small).records()] == [""] * 6


def edit_records(path: Path, **fields: Any) -> None:
    file = path / "meta/episodes/c/0"
    texts = VLenUTF8().decode(codec.without_checksum(file.read_bytes()))
    changed = [json.dumps(json.loads(text) | fields) if text else "" for text in texts]
    file.write_bytes(codec.with_checksum(bytes(VLenUTF8().encode(np.array(changed, object)))))


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (10**6, "it says 1000000 frames, and no array has as many"),
        (10**10, r"it says an episode of \d+ frames; 16777216 are the most"),
        (-1, "it goes backwards"),
    ],
)
def test_more_frames_than_are_stored(small: Path, frames: int, message: str) -> None:
    """Whoever writes a number writes its checksum as well."""
    file = small / "meta/episode_ends/c/0"
    ends = np.frombuffer(codec.without_checksum(file.read_bytes()), "<i8").copy()
    ends[5] = frames
    file.write_bytes(codec.with_checksum(ends.tobytes()))
    assert re.search(f"meta/episode_ends is damaged: {message}", message_of(Dataset, small))


@pytest.mark.parametrize(
    ("width", "message"),
    [
        (1000, "meta/episodes is damaged: it says that poses is 1000 wide in episode 0; the array is 6"),
        (10**9, "meta/episodes/c/0 is damaged: widths.poses: Input should be less than or equal to 1048576"),
        (-1, "meta/episodes/c/0 is damaged: widths.poses: Input should be greater than or equal to 0"),
    ],
)
def test_wider_rows_than_are_stored(small: Path, width: int, message: str) -> None:
    edit_records(small, widths={"poses": width})
    for read in (Dataset(small).episode, lambda k: Dataset(small).batch([k], "poses")):
        assert message in message_of(read, 0)


@pytest.mark.parametrize("shape", ["Infinity", "1e99", '"6"', "[" * 100_000])
def test_lengths_that_are_none(small: Path, shape: str) -> None:
    (small / "meta/episode_ends/zarr.json").write_text('{"shape": [' + shape + "]}")
    assert "meta/episode_ends/zarr.json is damaged" in message_of(Dataset, small)


def test_a_chunk_of_more_records_than_it_holds(small: Path) -> None:
    file = small / "meta/episodes/c/0"
    file.write_bytes(codec.with_checksum(b"\xff\xff\xff\x7f" + codec.without_checksum(file.read_bytes())[4:]))
    assert "meta/episodes/c/0 is damaged" in message_of(Dataset(small).record, 0)


def test_a_dataset_is_not_overwritten(small: Path, meta: DatasetMeta) -> None:
    text = message_of(DatasetWriter.create, small, meta)
    assert "is a dataset already; go on with it (--resume) or choose another name" in text
    assert Dataset(small).episodes == 6


def test_going_on_with_another_schema_or_environment(small: Path, meta: DatasetMeta) -> None:
    other = meta.model_copy(update={"arrays": ARRAYS[:-1]})
    text = message_of(DatasetWriter.resume, small, other)
    assert "cannot be resumed: not the same arrays: ArraySpec(name='image'" in text
    other = meta.model_copy(update={"env_arguments": {"layout": "x"}})
    assert "not the same env arguments: layout: None there, 'x' now" in message_of(DatasetWriter.resume, small, other)


def test_a_second_writer(small: Path) -> None:
    with DatasetWriter.resume(small):
        assert "is being written by another process" in message_of(DatasetWriter.resume, small)
    DatasetWriter.resume(small).close()


def test_an_episode_that_is_there_already(small: Path, rows: list[dict[str, Any]]) -> None:
    with DatasetWriter.resume(small) as writer:
        assert "has an episode 3 already" in message_of(write, writer, [rows], 3)


def test_an_episode_without_frames(small: Path) -> None:
    with DatasetWriter.resume(small) as writer:
        assert message_of(write, writer, [[]], 7) == "episode 7 has no frames"
        assert "episode 8: outcome.score" in message_of(commit_nan, writer)
    assert Dataset(small).episodes == 6


def commit_nan(writer: DatasetWriter) -> None:
    with writer.episode(EpisodeRecord(episode=8)) as episode:
        episode.append(random_rows(np.random.default_rng(0), 1)[0])
        episode.outcome["score"] = float("nan")


def test_frames_that_do_not_fit(small: Path, rows: list[dict[str, Any]]) -> None:
    row = rows[0]
    cases = [
        ({k: v for k, v in row.items() if k != "reward"}, "missing: reward"),
        (row | {"rewards": 1.0}, "not in the schema: rewards"),
        (row | {"image": row["image"].astype(np.float32)}, r"image: a frame holds uint16 (4, 6), got float32 (4, 6)"),
        (row | {"poses": np.zeros((2, 6))}, "poses: a frame holds float64 (2, 7), got float64 (2, 6)"),
    ]
    with DatasetWriter.resume(small) as writer:
        for number, (bad, message) in enumerate(cases, start=10):
            assert message in message_of(write, writer, [[bad]], number)
        wider = row | {"poses": np.zeros((3, 7))}
        assert "poses: a frame holds float64 (2, 7), got float64 (3, 7)" in message_of(
            write, writer, [[row, wider]], 20
        )


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return random_rows(np.random.default_rng(0), 2)


def test_damaged_records_and_ends(small: Path) -> None:
    (small / "meta/episodes/c/0").write_bytes(b"xxxxxxxx")
    assert "meta/episodes/c/0 is damaged" in message_of(Dataset(small).record, 0)
    (small / "meta/episode_ends/c/0").write_bytes(b"xxxxxxxx")
    assert "meta/episode_ends/c/0 is damaged" in message_of(Dataset, small)
    (small / "meta/episode_ends/zarr.json").write_text('{"shape": [-1]}')
    assert "meta/episode_ends/zarr.json is damaged" in message_of(Dataset, small)


def test_names_that_the_dataset_lacks(recorded: Path) -> None:
    dataset = Dataset(recorded)
    with pytest.raises(Exception, match="unknown array 'rewards'; did you mean 'reward'"):
        dataset[0]["rewards"]
    with pytest.raises(Exception, match="unknown camera 'robot/kamera'; did you mean 'robot/camera'"):
        dataset.labels(0, "robot/kamera")


def test_an_episode_without_a_scene(small: Path) -> None:
    assert "episode 2 has no scene" in message_of(Dataset(small).scene, 2)


BODY = Body("robot")
TRIANGLE = Mesh("plate", ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), ((0, 1, 2),))


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (Scene("s", (replace(BODY, parent="gone"),)), "is damaged: scene 's': body 'robot': parent 'gone' is not"),
        (Scene("s", (BODY, BODY)), "is damaged: scene 's': body 'robot' occurs 2 times"),
        (Scene("s", (BODY,), (Instance(-1, "a", "rack", "robot", (0, 0, 0), (1, 1, 1)),)), "its id must be from 1 to"),
        (Scene("s", (BODY,), (Instance(1, "a", "rack", "gone", (0, 0, 0), (1, 1, 1)),)), "refers to the body 'gone'"),
        (Scene("s", meshes=(replace(TRIANGLE, faces=((0, 1, 3),)),)), "a face has the corner 3, and it has 3 vertices"),
        (Scene("s", meshes=(replace(TRIANGLE, faces=((0, 1, -2),)),)), "a face has the corner -2, and it has 3 vertic"),
        (Scene("s", (BODY, replace(BODY, name="b"))), "episode 0 is damaged: its scene has 2 bodies, and 1 have poses"),
    ],
)
def test_scenes_that_cannot_be(small: Path, scene: Scene, message: str) -> None:
    """Whoever writes a scene writes its digest as well."""
    edit_records(small, scene=SceneStore(Storage(small, read_only=False), "").put(scene))
    assert message in message_of(Dataset(small).scene, 0)


def test_numbers_in_scenes_are_finite() -> None:
    text = Scene("s", (BODY,), meshes=(TRIANGLE,)).to_json()
    for number, infinite in (('"position":[0.0', '"position":[1e999'), ('"vertices":[[0.0', '"vertices":[[NaN')):
        assert number in text
        with pytest.raises(ValidationError, match="should be a finite number"):
            Scene.from_json(text.replace(number, infinite, 1))


def test_two_writers_with_the_same_number(small: Path, rows: list[dict[str, Any]]) -> None:
    with DatasetWriter.resume(small, part=1) as writer:
        assert "has an episode 3 already" in message_of(write, writer, [rows], 3)
    with DatasetWriter.resume(small) as one, DatasetWriter.resume(small, part=1) as other:
        write(one, [rows], first=6)
        write(other, [rows], first=6)
    assert "episode 6 is there twice" in message_of(Dataset, small)


def test_schemas_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="is no multiple of"):
        ArraySpec(name="x", dtype="uint8", chunk=3, shard=4)
    with pytest.raises(ValueError, match="a ragged array has floating-point rows"):
        ArraySpec(name="x", dtype="uint8", shape=(3,), ragged=True)
    with pytest.raises(ValueError, match="array 'x' occurs twice"):
        DatasetMeta(name="d", arrays=(ArraySpec(name="x", dtype="uint8"),) * 2)


@pytest.mark.parametrize(
    "array", [{"dtype": "xyz"}, {"dtype": ["f4"]}, {"shape": 5}, {"shape": ["a", 4]}, {"shape": [1.5]}]
)
def test_arrays_without_chunks_that_cannot_be(small: Path, array: dict[str, Any]) -> None:
    """How they are divided is only chosen for what can be stored."""
    edit(small, arrays=[{"name": "x", "dtype": "uint8", **array}])
    assert f"zarr.json is damaged: arrays.0.{next(iter(array))}" in message_of(Dataset, small)


def test_cameras_whose_images_have_another_size(recorded: Path, tmp_path: Path) -> None:
    small = Path(shutil.copytree(recorded, tmp_path / "sizes.zarr"))
    (camera,) = json.loads((small / "zarr.json").read_text())["attributes"]["cameras"]
    edit(small, cameras=[camera | {"width": 8000}])
    what = "cameras/robot_camera/rgb is uint8 48x64x3; of its camera it should be uint8 48x8000x3"
    assert what in message_of(Dataset, small)
    edit(small, cameras=[camera | {"width": 10**9}])
    assert "cameras.0.width: Input should be less than or equal to 8192" in message_of(Dataset, small)
