"""The YOLO exports: read by supervision and ultralytics, and held against the recorded masks."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import foreign
import numpy as np
import pytest
from exported import export, images
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.dataset import Dataset
from training.dataset.schema import INSTANCE
from training.export.yolo_segment import joined, outlines

Numbers = list[float]


@pytest.fixture(scope="module")
def boxes(walk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(walk, tmp_path_factory.mktemp("yolo") / "boxes", "yolo")


@pytest.fixture(scope="module")
def polygons(walk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(walk, tmp_path_factory.mktemp("yolo") / "polygons", "yolo_segment")


def labels(folder: Path, row: dict[str, str]) -> list[tuple[int, Numbers]]:
    path = folder / row["file"].replace("images/", "labels/", 1)
    lines = path.with_suffix(".txt").read_text().splitlines()
    return [(int(first), [float(v) for v in rest]) for first, *rest in (line.split() for line in lines)]


def objects(dataset: Dataset, frame: Any, camera: Any, position: int) -> Iterator[tuple[str, Any]]:
    """Class and mask of what is seen, by ascending id."""
    names = {i.id: i.class_name for i in dataset.scene(dataset.locate(position)[0]).instances}
    ids = frame[camera.array(INSTANCE)]
    for instance in np.unique(ids[ids > 0]):
        yield names[int(instance)], ids == instance


def box_problems(folder: Path, walk: Path) -> Iterator[str]:
    dataset, names = Dataset(walk), class_names(folder)
    for row, frame, camera, position in images(folder, dataset):
        seen = list(objects(dataset, frame, camera, position))
        found = labels(folder, row)
        if len(found) != len(seen):
            yield f"{row['file']}: {len(found)} labels for {len(seen)} objects"
            continue
        for (number, (x, y, w, h)), (name, mask) in zip(found, seen, strict=True):
            v, u = np.nonzero(mask)
            left, top, right, bottom = u.min(), v.min(), u.max() + 1, v.max() + 1
            wanted = np.array([(left + right) / 2, (top + bottom) / 2, right - left, bottom - top])
            there = np.array([x, y, w, h]) * ([camera.width, camera.height] * 2)
            if names[number] != name or np.abs(there - wanted).max() > 1e-3:
                yield f"{row['file']}: {names[number]} {there} should be {name} {wanted}"


def class_names(folder: Path) -> dict[int, str]:
    names = {}
    for line in (folder / "data.yaml").read_text().partition("names:\n")[2].splitlines():
        if not line.startswith("  "):
            break
        number, _, name = line.strip().partition(": ")
        names[int(number)] = name
    return names


def test_boxes_are_those_of_the_masks(boxes: Path, walk: Path) -> None:
    assert list(box_problems(boxes, walk)) == []


def swap_sides(numbers: Numbers) -> None:
    numbers[2], numbers[3] = numbers[3], numbers[2]


def corner_for_centre(numbers: Numbers) -> None:
    numbers[0] -= numbers[2] / 2


def flip(numbers: Numbers) -> None:
    numbers[0] = 1 - numbers[0]


@pytest.mark.parametrize("fault", [swap_sides, corner_for_centre, flip])
def test_a_planted_fault_is_found(fault: Callable[[Numbers], None], boxes: Path, walk: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(boxes, tmp_path / "damaged"))
    for path in damaged.glob("labels/*/*.txt"):
        lines = []
        for line in path.read_text().splitlines():
            number, *rest = line.split()
            values = [float(v) for v in rest]
            fault(values)
            lines.append(" ".join([number, *map(str, values)]) + "\n")
        path.write_text("".join(lines))
    assert list(box_problems(damaged, walk))


def test_nothing_lies_outside_the_image(boxes: Path, polygons: Path, walk: Path) -> None:
    for folder in (boxes, polygons):
        for row, _, _, _ in images(folder, Dataset(walk)):
            for _, numbers in labels(folder, row):
                assert min(numbers) >= 0
                assert max(numbers) <= 1


def test_filled_polygons_are_the_masks_but_for_holes_and_joints(polygons: Path, walk: Path) -> None:
    dataset, exact, count = Dataset(walk), 0, 0
    for row, frame, camera, position in images(polygons, dataset):
        for (_, numbers), (_, mask) in zip(
            labels(polygons, row), objects(dataset, frame, camera, position), strict=True
        ):
            corners = (np.array(numbers).reshape(-1, 2) * [camera.width, camera.height]).astype(np.int32)
            filled = cv2.fillPoly(np.zeros(mask.shape, np.uint8), [corners], 1).astype(bool)
            assert filled[mask].all()
            exact += bool((filled == mask).all())
            count += 1
    assert exact > 0.5 * count


@given(arrays(np.bool_, st.tuples(st.integers(1, 8), st.integers(1, 8))))
def test_a_polygon_holds_all_of_its_mask(mask: Any) -> None:
    if mask.any():
        polygon = joined(outlines(mask))
        filled = cv2.fillPoly(np.zeros(mask.shape, np.uint8), [polygon.astype(np.int32)], 1).astype(bool)
        assert filled[mask].all()


def test_supervision_reads_boxes(boxes: Path, walk: Path, tmp_path: Path) -> None:
    dataset = Dataset(walk)
    for split in ("train", "val"):
        folders = (boxes / f"images/{split}", boxes / f"labels/{split}", boxes / "data.yaml")
        found = foreign.load("readers", "load_supervision.py", *folders, "boxes", home=tmp_path)
        rows = [(r, f, c, p) for r, f, c, p in images(boxes, dataset) if r["split"] == split]
        assert set(found) == {Path(row["file"]).stem for row, *_ in rows}
        for row, frame, camera, position in rows:
            there = found[Path(row["file"]).stem]
            seen = list(objects(dataset, frame, camera, position))
            assert there["classes"] == [name for name, _ in seen]
            for box, (_, mask) in zip(there["boxes"], seen, strict=True):
                v, u = np.nonzero(mask)
                np.testing.assert_allclose(box, [u.min(), v.min(), u.max() + 1, v.max() + 1], atol=1e-2)


def test_supervision_reads_polygons(polygons: Path, walk: Path, tmp_path: Path) -> None:
    dataset = Dataset(walk)
    folders = (polygons / "images/val", polygons / "labels/val", polygons / "data.yaml")
    found = foreign.load("readers", "load_supervision.py", *folders, "masks", home=tmp_path)
    for row, frame, camera, position in images(polygons, dataset):
        if row["split"] == "val":
            seen = list(objects(dataset, frame, camera, position))
            areas = found[Path(row["file"]).stem]["areas"]
            large = [(a, m.sum()) for a, (_, m) in zip(areas, seen, strict=True) if m.sum() > 200]
            assert large
            assert np.median([min(a, b) / max(a, b) for a, b in large]) > 0.9


@pytest.mark.parametrize(("kind", "task"), [("boxes", "detect"), ("polygons", "segment")])
def test_ultralytics_drops_no_image_and_no_object(
    kind: str, task: str, walk: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = Path(shutil.copytree(request.getfixturevalue(kind), tmp_path / "copy"))  # it writes a cache beside labels
    rows = [row for row, *_ in images(folder, Dataset(walk)) if row["split"] == "train"]
    found = foreign.load("ultralytics", "load_ultralytics.py", folder / "data.yaml", "train", task, home=tmp_path)
    count = sum(len(labels(folder, row)) for row in rows)
    assert found["images"] == len(rows) == 8
    assert found["boxes"] == count
    assert found["polygons"] == (count if task == "segment" else 0)


def test_data_yaml_says_where_it_comes_from(boxes: Path, walk: Path) -> None:
    text = (boxes / "data.yaml").read_text()
    assert "train: images/train\nval: images/val\n" in text
    assert f"digest: {Dataset(walk).digest()}" in text
    assert "licence: CC0-1.0" in text
