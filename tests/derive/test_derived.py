"""Merged, augmented and rendered again: what must stay the same does, and every frame names the one it was made of."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import cli
from training.dataset import Dataset
from training.dataset.audit import audit
from training.dataset.schema import RGB
from training.derive import sources
from training.derive.augment import augment
from training.derive.merge import merge
from training.derive.rerender import Rerendering, rerender
from training.derive.select import select
from twin.errors import DatasetError, InputError, TwinError

CAMERA = "robot/camera"
IMAGES = "cameras/robot_camera/"


def same_images(a: Dataset, b: Dataset) -> bool:
    """Whether all arrays of the camera are equal, byte by byte."""
    names = [name for name in a.arrays if name.startswith(IMAGES)]
    first, second = a.batch(range(len(a)), names), b.batch(range(len(b)), names)
    return len(names) == 6 and all(first[name].tobytes() == second[name].tobytes() for name in names)


def check_sources(child: Dataset, parents: list[Dataset]) -> None:
    """Each frame's parent frame has the same poses."""
    named = child.batch(range(len(child)), [spec.name for spec in sources.ARRAYS])
    assert child.meta.parents == tuple(parent.digest() for parent in parents)
    for frame in range(len(child)):
        parent = parents[named[sources.PARENT][frame]]
        k = int(np.searchsorted(parent.numbers, named[sources.EPISODE][frame]))
        t = int(named[sources.FRAME][frame])
        np.testing.assert_array_equal(parent.rows(k, t, t + 1)["poses"][0], child[frame]["poses"])


def test_merged_datasets_hold_all_episodes(recorded: Path, tmp_path: Path) -> None:
    whole = Dataset(recorded)
    view = select(whole, tmp_path / "view", {"every": "2"})
    merged = merge([whole, view], tmp_path / "merged")
    assert merged.numbers.tolist() == list(range(8))
    assert len(merged) == len(whole) + len(view)
    check_sources(merged, [whole, view])
    for k in range(4):
        for dataset, at in ((whole, k), (view, k + 4)):
            for name, values in dataset.episode(k).items():
                np.testing.assert_array_equal(merged.episode(at)[name], values)
            assert merged.record(at).split == dataset.record(k).split
            assert merged.record(at).boxes == dataset.record(k).boxes
    assert list(audit(merged)) == []
    again = merge([merged, whole], tmp_path / "again")  # what names the parents of a parent is left to it
    assert again.arrays == merged.arrays


def test_merging_says_what_differs(recorded: Path, blind: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        merge([Dataset(recorded), Dataset(blind)], tmp_path / "m")
    assert "blind.zarr cannot be merged: its array 'cameras/robot_camera/rgb' is uint8 (48, 64, 3) in " in str(
        caught.value
    )
    assert str(caught.value).endswith("missing there")
    with pytest.raises(InputError, match="merging takes two datasets at least"):
        merge([Dataset(recorded)], tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_licences_of_merged_datasets_hold_together(recorded: Path, tmp_path: Path) -> None:
    from training.derive.lineage import derived

    a, b = Dataset(recorded), Dataset(recorded)
    b.meta = b.meta.model_copy(update={"licence": "MIT OR Apache-2.0"})
    assert derived([a, b], "m", "merge", {}).licence == "CC-BY-4.0 AND (MIT OR Apache-2.0)"
    b.meta = b.meta.model_copy(update={"licence": "unspecified"})
    assert derived([a, b], "m", "merge", {}).licence == "unspecified"


def test_augmented_frames_keep_everything_but_their_colours(recorded: Path, tmp_path: Path) -> None:
    parent = Dataset(recorded)
    child = augment(parent, tmp_path / "a", ["exposure", "noise:read=5"], seed=3)
    assert child.digest() == augment(parent, tmp_path / "b", ["exposure", "noise:read=5"], seed=3).digest()
    assert child.digest() != augment(parent, tmp_path / "c", ["exposure", "noise:read=5"], seed=4).digest()
    check_sources(child, [parent])
    for name in parent.arrays:
        equal = np.array_equal(
            parent.batch(range(len(parent)), [name])[name], child.batch(range(len(child)), [name])[name]
        )
        assert equal or name.endswith(RGB) or name == "poses", name
    rgb = IMAGES + RGB
    assert (parent.episode(0)[rgb] != child.episode(0)[rgb]).mean() > 0.5
    assert [record.split for record in parent.records()] == [record.split for record in child.records()]


# -- rendering again ---------------------------------------------------------------------------------------------------


def test_unchanged_settings_give_the_recorded_images_byte_for_byte(recorded: Path, blind: Path, tmp_path: Path) -> None:
    again = rerender(Rerendering(recorded, tmp_path / "again"))
    assert same_images(Dataset(recorded), again)
    later = rerender(Rerendering(blind, tmp_path / "later"))
    assert same_images(Dataset(recorded), later)
    check_sources(later, [Dataset(blind)])
    assert [r.boxes for r in later.records()] == [r.boxes for r in Dataset(recorded).records()]
    assert [r.renderer for r in later.records()] == [r.renderer for r in Dataset(recorded).records()]
    assert list(audit(later)) == []


def test_other_eyes(blind: Path, tmp_path: Path) -> None:
    asked = Rerendering(blind, tmp_path / "eyes", ("camera", "top=robot:0,0,2,0,1.2", "0,0,6,0.5,0.6"), (160, 120))
    seen = rerender(asked)
    assert list(seen.cameras) == [CAMERA, "top", "mounted"]
    assert list(audit(seen)) == []
    pose = seen.episode(0)["cameras/mounted/pose_world_camera"][0]
    np.testing.assert_allclose(pose[:3], [0, 0, 6])
    from twin.geometry import matrix_from_quaternion

    looks = matrix_from_quaternion(pose[3:])[:, 2]
    np.testing.assert_allclose(looks, [np.cos(0.6) * np.cos(0.5), np.cos(0.6) * np.sin(0.5), -np.sin(0.6)], atol=1e-12)
    right = matrix_from_quaternion(pose[3:])[:, 0]
    assert abs(right[2]) < 1e-12  # the horizon is level
    assert seen[0]["cameras/top/rgb"].shape == (120, 160, 3)
    assert "robot" in {i.class_name for i in seen.scene(0).instances}


def test_the_number_of_workers_does_not_matter_and_resume_completes(blind: Path, tmp_path: Path) -> None:
    one = rerender(Rerendering(blind, tmp_path / "one", size=(32, 24)))
    asked = Rerendering(blind, tmp_path / "two", size=(32, 24))
    assert rerender(asked, workers=2).digest() == one.digest()
    with pytest.raises(DatasetError, match="is a dataset already; go on with it"):
        rerender(asked)
    other = Rerendering(blind, tmp_path / "two", size=(32, 24), quality="fast")
    with pytest.raises(DatasetError, match="cannot be resumed: it was not made from the same dataset by the same com"):
        rerender(other, resume=True)
    stopped = Rerendering(blind, tmp_path / "stopped", size=(32, 24))

    def stop(_frames: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rerender(stopped, done=stop)
    assert Dataset(tmp_path / "stopped").episodes == 1
    assert rerender(stopped, resume=True).digest() == one.digest()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cameras": ("kamera",)}, "unknown camera 'kamera'; did you mean"),
        ({"cameras": ("1,2,3",)}, "camera '1,2,3': should be NAME of a camera of the scene, or [NAME=][BODY:]x,y,z,ya"),
        ({"cameras": ("robt:0,0,1,0,0",)}, "unknown body 'robt'; did you mean 'robot'?"),
        ({"cameras": ("0,0,1,0,0", "0,0,2,0,0")}, "two cameras are called 'mounted'"),
        ({"renderer": "rastr"}, "unknown renderer 'rastr'; did you mean 'raster'?"),
        ({"quality": "best"}, "unknown quality 'best'"),
    ],
)
def test_what_cannot_be_rendered_leaves_nothing(
    blind: Path, tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(TwinError) as caught:
        rerender(Rerendering(blind, tmp_path / "out", **arguments))
    assert message in str(caught.value)
    assert not (tmp_path / "out").exists()


# -- the command line --------------------------------------------------------------------------------------------------


def test_the_commands_and_the_tree(recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def twin(*arguments: Any) -> str:
        assert cli.main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    view, merged, changed = (tmp_path / name for name in ("view", "merged", "changed"))
    assert "a view of" in twin("select", recorded, "--episode", "0:1", "--out", view)
    twin("augment", view, "--apply", "blur", "--out", changed)
    assert "4 episodes" in twin("merge", view, changed, "--out", merged)
    text = twin("lineage", merged)
    for line in ("merge datasets=view,changed", "select episode=0:1", "augment apply=blur seed=0", "recorded"):
        assert line in text
    assert Dataset(recorded).digest()[:16] in text
    tree = json.loads(twin("lineage", merged, "--json"))
    assert [node["name"] for node in tree["ancestry"]] == ["view", "changed"]
    assert tree["ancestry"][1]["ancestry"][0]["digest"] == Dataset(view).digest()
    assert "frames" in twin("rerender", view, "--size", "16x12", "--out", tmp_path / "small")
    assert cli.main(["rerender", str(view), "--size", "big", "--out", str(tmp_path / "x")]) == 2
    assert "--size big: should be WIDTHxHEIGHT" in capsys.readouterr().err
