"""Filters keep what a plain look at the labels keeps; a view shows it and holds its parent to it."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import cli
from training.dataset import Dataset, DatasetWriter
from training.dataset.audit import audit
from training.dataset.filters import filters
from training.derive.select import select
from twin.errors import DatasetError, InputError, TwinError
from twin.taxonomy import class_id

CAMERA = "robot/camera"


def shown(dataset: Dataset) -> set[tuple[int, int]]:
    """Episode's number and frame in the recorded episode, of every frame."""
    index = dataset.index
    return {(int(dataset.numbers[k]), int(t)) for k in range(dataset.episodes) for t in index.steps_of(k)}


def looked_up(dataset: Dataset, keep: Any) -> set[tuple[int, int]]:
    """The frames of which ``keep`` says yes to the labels of the image."""
    found = set()
    for frame in range(len(dataset)):
        k, t = dataset.locate(frame)
        if keep(dataset.labels(frame, CAMERA, ("class_id", "distance", "truncation", "visible_pixels"))):
            found.add((int(dataset.numbers[k]), t))
    return found


def test_objects_are_judged_one_by_one(recorded: Path) -> None:
    dataset = Dataset(recorded)

    def keep(labels: dict[str, Any]) -> bool:
        near = (labels["distance"] <= 9) & (labels["visible_pixels"] >= 20)
        return int((near & (labels["class_id"] == class_id("carton"))).sum()) >= 2

    chosen = dataset.filter(classes="carton", distance=":9", pixels="20:", count="2:")
    assert 0 < len(chosen) < len(dataset)
    assert shown(chosen) == looked_up(dataset, keep)
    whole = dataset.filter(truncation="0:0.05", classes=["rack", "pallet"])
    wanted = [class_id("rack"), class_id("pallet")]
    inside = looked_up(dataset, lambda x: ((x["truncation"] <= 0.05) & np.isin(x["class_id"], wanted)).any())
    assert shown(whole) == inside


def test_occlusion_is_that_of_the_label(recorded: Path) -> None:
    from twin import labels, rendering
    from twin.labels import LabelInput

    dataset = Dataset(recorded).filter(episode="0")
    scene = dataset.scene(0)
    most = []
    with rendering.create(scene, quality="fast") as renderer:
        for t in range(len(dataset)):
            given = dataset.label_input(t, CAMERA)
            drawn = LabelInput(given.frame, scene, given.poses, given.camera, renderer)
            most.append(float(labels.compute(drawn, ("occlusion",))["occlusion"].max(initial=0.0)))
    some = float(np.median(most))
    assert 0.0 < some < max(most)
    assert shown(dataset.filter(occlusion=f"{some!r}:")) == {(0, t) for t, hidden in enumerate(most) if hidden >= some}


def test_episodes_and_frames(recorded: Path) -> None:
    dataset = Dataset(recorded)
    records = list(dataset.records())
    for name in ("layout", "split", "agent", "robot", "group"):
        value = getattr(records[0], name)
        same = {record.episode for record in records if getattr(record, name) == value}
        assert set(dataset.filter(**{name: value}).numbers.tolist()) == same
    steps = sorted(float(record.outcome["path_length"]) for record in records)
    middle = (steps[1] + steps[2]) / 2
    assert dataset.filter(outcome=[f"path_length>{middle}", "terminated=false"]).episodes <= 2
    assert dataset.filter(outcome=f"path_length>{middle}").episodes == 2
    late = dataset.filter(time="0.35:")
    assert all((late.episode(k)["time"] >= 0.35).all() for k in range(late.episodes))
    assert len(late) == sum(int((dataset.episode(k)["time"] >= 0.35).sum()) for k in range(dataset.episodes))
    assert dataset.filter(every=3).index.steps_of(1).tolist()[:3] == [0, 3, 6]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"classes": "palet"}, "unknown class 'palet'; did you mean 'pallet'?"),
        ({"layout": "smal_warehouse"}, "unknown layout 'smal_warehouse'; did you mean 'small_warehouse'?"),
        ({"split": "trian"}, "unknown split 'trian'; did you mean 'train'?"),
        ({"outcome": "sucess"}, "unknown outcome 'sucess'; did you mean 'success'?"),
        ({"outcome": "spl>high"}, "outcome 'spl>high': 'high' is no number"),
        ({"outcome": ">3"}, "outcome '>3': should be NAME or NAME>=VALUE"),
        ({"distance": "5:1"}, "distance '5:1': should be LOW:HIGH, LOW:, :HIGH or one number, ends included"),
        ({"every": "0"}, "every '0': should be one whole number of at least 1"),
        ({"cameras": ["robot/kamera"]}, "unknown camera 'robot/kamera'; did you mean 'robot/camera'?"),
        ({"occlusion": "2:"}, "occlusion '2:': is a share, from 0 to 1"),
        ({"truncation": ":1.5"}, "truncation ':1.5': is a share, from 0 to 1"),
        ({"truncation": "-1:"}, "truncation '-1:': is a share, from 0 to 1"),
        ({"colour": "red"}, "unknown filter 'colour'; allowed: agent, classes, count"),
    ],
)
def test_terms_that_cannot_be(recorded: Path, terms: dict[str, Any], message: str) -> None:
    with pytest.raises(TwinError) as caught:
        Dataset(recorded).filter(**terms)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_cameras_nothing_can_be_looked_at(blind: Path) -> None:
    with pytest.raises(DatasetError, match=r"blind\.zarr has no cameras, so frames cannot be chosen by what they show"):
        Dataset(blind).filter(classes="pallet")


def test_every_filter_is_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["select", "--help"])
    text = capsys.readouterr().out
    assert all(f"--{name} " in text for name in filters())


# -- views -------------------------------------------------------------------------------------------------------------


def test_a_view_opens_as_what_it_shows_and_stores_no_pixels(recorded: Path, tmp_path: Path) -> None:
    parent = Dataset(recorded)
    view = select(parent, tmp_path / "near", {"classes": "pallet", "distance": ":8", "split": ()})
    in_memory = parent.filter(classes="pallet", distance=":8")
    assert view.digest() == in_memory.digest() != parent.digest()
    assert shown(view) == shown(in_memory)
    for k in range(view.episodes):
        assert view.record(k) == in_memory.record(k)
        assert view.record(k).frames == view.episode(k).frames
        for name, values in view.episode(k).items():
            at = int(np.searchsorted(parent.numbers, view.numbers[k]))
            np.testing.assert_array_equal(values, parent.episode(at)[name][view.index.steps_of(k)])
    assert sum(file.stat().st_size for file in (tmp_path / "near").rglob("*") if file.is_file()) < 100_000
    assert not list((tmp_path / "near").rglob("data"))
    assert view.meta.operation is not None
    assert view.meta.operation.arguments == {"classes": ["pallet"], "distance": [":8"]}
    assert view.meta.parents == (parent.digest(),)
    assert list(audit(view)) == []


def test_a_view_of_a_view_and_of_one_camera(recorded: Path, tmp_path: Path) -> None:
    first = select(Dataset(recorded), tmp_path / "first", {"every": "2"}, [CAMERA])
    second = select(first, tmp_path / "second", {"episode": "1:2", "time": "0.3:"})
    assert shown(second) == shown(Dataset(recorded).filter(every=2).filter(episode="1:2", time="0.3:"))
    assert [node.name for node in second.meta.ancestry] == ["first"]
    assert [node.name for node in second.meta.ancestry[0].ancestry] == ["recorded"]


def test_boxes_of_a_view_are_counted_anew(recorded: Path) -> None:
    dataset = Dataset(recorded)
    parts = [dataset.filter(time=terms).record(0).boxes for terms in (":0.35", "0.350001:")]
    whole = dataset.record(0).boxes
    assert {name: sum(p.get(name, 0) for p in parts) for name in whole} == whole


def test_a_view_moves_with_its_parent(recorded: Path, tmp_path: Path) -> None:
    shutil.copytree(recorded, tmp_path / "a/parent.zarr")
    digest = select(Dataset(tmp_path / "a/parent.zarr"), tmp_path / "a/view", {"episode": "1"}).digest()
    (tmp_path / "a").rename(tmp_path / "b")
    assert Dataset(tmp_path / "b/view").digest() == digest


def test_a_view_says_when_its_parent_is_gone_or_another(recorded: Path, blind: Path, tmp_path: Path) -> None:
    parent = tmp_path / "parent.zarr"
    shutil.copytree(recorded, parent)
    select(Dataset(parent), tmp_path / "view", {"every": "2"})
    parent.rename(tmp_path / "moved.zarr")
    assert message_of(tmp_path / "view") == (
        f"{tmp_path}/view is a view, and its parent cannot be opened: {parent}: there is no dataset here"
    )
    shutil.copytree(blind, parent)
    text = f"{tmp_path}/view is a view of {parent}, which has another episode 0 now; make the view again"
    assert message_of(tmp_path / "view") == text


def test_a_view_does_not_mind_a_parent_that_grows(recorded: Path, tmp_path: Path) -> None:
    parent = tmp_path / "parent.zarr"
    shutil.copytree(recorded, parent)
    view = select(Dataset(parent), tmp_path / "view", {"episode": "0"})
    dataset = Dataset(parent)
    with DatasetWriter.resume(parent) as writer:
        record = dataset.record(1).model_copy(update={"episode": 9})
        with writer.episode(record, dataset.scene(1)) as episode:
            rows = dict(dataset.episode(1))
            for t in range(record.frames):
                episode.append({name: values[t] for name, values in rows.items()})
    assert Dataset(tmp_path / "view").digest() == view.digest()


def test_views_refuse(recorded: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no frame of .* meets all of this; nothing was written"):
        select(Dataset(recorded), tmp_path / "none", {"time": "1000:"})
    assert not list(tmp_path.iterdir())
    select(Dataset(recorded), tmp_path / "view", {"episode": "0"})
    with pytest.raises(DatasetError, match=r"view is a view of .*recorded\.zarr: episodes are added to what was rec"):
        DatasetWriter.resume(tmp_path / "view")
    index = tmp_path / "view/view/steps/c/0"
    index.write_bytes(index.read_bytes()[:-1])
    assert "view/steps is damaged" in message_of(tmp_path / "view")
    root = tmp_path / "view/zarr.json"
    text = root.read_text()
    root.write_text(text.replace(Dataset(recorded).label.rpartition("/")[2], "../view", 1))
    damaged = json.loads(text)
    damaged["attributes"]["view"] = "."
    looped = json.dumps(damaged)
    root.write_text(looped)
    assert "more than 16 views of views, or a view of itself" in message_of(tmp_path / "view")


def message_of(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        Dataset(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)
