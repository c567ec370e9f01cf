"""People, and regions that are given, cannot be recognised; everything else is what it was."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from exported import export
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from training import cli
from training.dataset import Dataset, marks
from training.dataset.checks import Frames, run
from training.dataset.schema import INSTANCE, RGB
from training.derive import lineage
from training.derive.redact import Redacting, grown, parsed, rectangles, redact
from training.derive.redactions import redactions
from twin.errors import InputError, UnknownNameError

CLASS = "wall"
"""Something that every frame of the recorded dataset shows."""


@pytest.mark.parametrize("name", sorted(redactions()))
@settings(max_examples=10)
@given(seed=st.integers(0, 99), left=st.floats(0, 0.6), top=st.floats(0, 0.6), size=st.floats(0.1, 0.4))
def test_nothing_changes_outside_and_no_detail_is_left_inside(
    name: str, seed: int, left: float, top: float, size: float
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    region = rectangles([(left, top, left + size, top + size)], 80, 60)
    before = noise.copy()
    after = redactions()[name](noise, region)
    np.testing.assert_array_equal(noise, before)
    np.testing.assert_array_equal(after[~region], noise[~region])
    inside = after[region].reshape(-1, 3).astype(float)
    assert inside.std(axis=0).mean() < 0.6 * noise[region].std(axis=0).mean()
    np.testing.assert_allclose(inside.mean(axis=0), noise[region].mean(axis=0), atol=40)


@pytest.mark.parametrize("name", sorted(redactions()))
def test_a_face_sized_pattern_is_gone(name: str) -> None:
    """Stripes a tenth as wide as the region: less than a tenth of their contrast is left."""
    stripes = np.full((200, 200, 3), 60, np.uint8)
    stripes[:, (np.arange(200) // 8) % 2 == 0] = 200
    region = rectangles([(0.3, 0.3, 0.7, 0.7)], 200, 200)
    after = redactions()[name](stripes, region)[85:115, 85:115, 0].astype(float)
    assert np.ptp(cv2.blur(after, (3, 3))) < 0.4 * 140
    assert (
        np.abs(np.diff(after, axis=1)).mean() < 0.25 * np.abs(np.diff(stripes[85:115, 85:115, 0].astype(float))).mean()
    )


@pytest.fixture(scope="module")
def redacted(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    out = tmp_path_factory.mktemp("redacted") / "redacted.zarr"
    return redact(Dataset(recorded), out, Redacting((CLASS,), ((0.0, 0.0, 0.25, 0.25),), "fill"))


def test_colours_of_the_class_change_and_nothing_else(recorded: Path, redacted: Dataset) -> None:
    parent = Dataset(recorded)
    digest = parent.digest()
    camera = next(iter(parent.cameras.values()))
    for frame in range(0, len(parent), 5):
        old, new = parent[frame], redacted[frame]
        for name in parent.arrays:
            if not name.endswith(f"/{RGB}"):
                np.testing.assert_array_equal(new[name], old[name], err_msg=name)
        ids = [i.id for i in parent.scene(parent.locate(frame)[0]).instances if i.class_name == CLASS]
        shown = np.isin(old[camera.array(INSTANCE)], ids)
        region = (grown(shown) if shown.any() else shown) | rectangles(
            [(0, 0, 0.25, 0.25)], camera.width, camera.height
        )
        before, after = old[camera.array(RGB)], new[camera.array(RGB)]
        np.testing.assert_array_equal(after[~region], before[~region])
        assert (after[region] != before[region]).any()
        count, pieces = cv2.connectedComponents(region.astype(np.uint8))
        for piece in range(1, count):
            assert len(np.unique(after[pieces == piece].reshape(-1, 3), axis=0)) == 1
        assert marks.of(new) == {"contains_real_pixels": False, "redacted": True}
    assert Dataset(recorded).digest() == digest


def test_it_is_recorded_in_the_lineage(recorded: Path, redacted: Dataset) -> None:
    tree = lineage.as_json(redacted)
    arguments = {"classes": [CLASS], "regions": [[0.0, 0.0, 0.25, 0.25]], "method": "fill"}
    assert tree["operation"] == {"name": "redact", "arguments": arguments}
    assert tree["ancestry"][0]["digest"] == Dataset(recorded).digest()
    assert redacted[3]["source/frame"] == Dataset(recorded).locate(3)[1]


def test_frames_of_agents_carry_the_marks_too(redacted: Dataset, tmp_path: Path) -> None:
    out = export(Path(str(redacted.location)), tmp_path / "lerobot", "lerobot")
    rows = parquet.read_table(next(out.glob("data/*/*.parquet"))).to_pylist()
    assert all(row["redacted"] and not row["contains_real_pixels"] for row in rows)


def test_without_people_nothing_is_changed_or_marked(recorded: Path, tmp_path: Path) -> None:
    parent = Dataset(recorded)
    people = [k for k in range(parent.episodes) if "person" in parent.record(k).boxes]
    assert people
    assert cli.main(["redact", str(recorded), "--out", str(tmp_path / "r.zarr")]) == 0
    made = Dataset(tmp_path / "r.zarr")
    camera = next(iter(parent.cameras.values()))
    for k in range(parent.episodes):
        if k not in people:
            np.testing.assert_array_equal(made.episode(k)[camera.array(RGB)], parent.episode(k)[camera.array(RGB)])
            assert not made.episode(k)["redacted"].any()
    found = (made.episode(k)["redacted"].any() for k in people)
    assert all(found)


def test_what_cannot_be_redacted(recorded: Path, blind: Path, tmp_path: Path) -> None:
    for text in ("1,2", "0.5,0.1,0.4,0.3", "0,0,1.2,1", "a,b,c,d", "nan,0,1,1"):
        with pytest.raises(InputError, match=r"region .*: should be left,top,right,bottom as shares"):
            parsed(text)
    with pytest.raises(UnknownNameError, match="unknown redaction 'smear'; allowed: blur, fill, pixelate"):
        Redacting(method="smear")
    with pytest.raises(InputError, match="nothing to redact: name --classes, --regions or both"):
        Redacting(classes=())
    with pytest.raises(UnknownNameError, match="unknown class 'persn'; did you mean 'person'"):
        redact(Dataset(recorded), tmp_path / "r.zarr", Redacting(("persn",)))
    with pytest.raises(InputError, match="is not empty; nothing was written"):
        redact(Dataset(recorded), recorded, Redacting())
    assert not (tmp_path / "r.zarr").exists()


def test_colours_that_are_marked_need_not_fit_the_labels(recorded: Path) -> None:
    dataset = Dataset(recorded)
    camera = next(iter(dataset.cameras.values()))
    rows = dataset.episode(0)
    arrays = dict(rows)
    arrays[camera.array(RGB)] = arrays[camera.array(RGB)][:, ::-1].copy()  # upside down

    def found(more: dict[str, np.ndarray]) -> set[str]:
        frames = Frames(arrays | more, dataset.meta.arrays, (camera,), rows.record, dataset.scene(0), 0)
        return {problem.check for problem in run(frames)}

    nothing = np.zeros(rows.frames, bool)
    assert found({}) == found(dict.fromkeys(marks.NAMES, nothing)) == {"rgb_and_mask"}
    for name in marks.NAMES:
        assert found({name: ~nothing}) == set()
