"""Pictures are found wherever they are, and files from somebody else cannot hurt."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training import cli
from training.dataset import Dataset
from training.pictures import opened, photo
from twin.errors import InputError, TwinError, UnsafeFileError


def test_a_dataset_and_its_exports_are_the_same_pictures_with_the_same_objects(recorded: Path, tmp_path: Path) -> None:
    ours = opened(recorded)
    titles = {(ours.group(i), ours.title(i)): i for i in range(len(ours))}
    for form in ("coco", "yolo"):
        out = tmp_path / form
        assert cli.main(["export", str(recorded), "--format", form, "--out", str(out)]) == 0
        theirs = opened(out)
        assert len(theirs) == len(ours) == len(titles)
        for i in range(0, len(theirs), 5):
            episode, frame = (int(part[-5:]) for part in Path(theirs.title(i)).stem.split("_")[:2])
            k = int(np.searchsorted(Dataset(recorded).numbers, episode))
            j = titles[str(k), f"episode {episode}, frame {frame}, robot/camera"]
            np.testing.assert_array_equal(ours.rgb(j), theirs.rgb(i))
            assert ours.size(j) == theirs.size(i) == (64, 48)
            one, other = ours.objects(j), theirs.objects(i)
            assert one is not None
            assert other is not None
            assert sorted(one.classes) == sorted(other.classes)
            np.testing.assert_allclose(np.sort(one.boxes, axis=0), np.sort(other.boxes, axis=0), atol=1e-5)


def test_photos_are_read_upright(tmp_path: Path) -> None:
    stored = np.zeros((20, 30, 3), np.uint8)
    stored[:, 15:] = 255  # white on the right as stored; turned by 90 degrees clockwise it is at the bottom
    exif = Image.Exif()
    exif[photo.ORIENTATION] = 6
    Image.fromarray(stored).save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert photo.size(tmp_path / "a.jpg") == (20, 30)
    upright = photo.read(tmp_path / "a.jpg")
    assert upright.shape == (30, 20, 3)
    assert upright[:13].max() < 30
    assert upright[17:].min() > 225


def test_photos_shrink_evenly_and_never_grow(tmp_path: Path) -> None:
    Image.effect_noise((900, 600), 60).convert("RGB").save(tmp_path / "big.jpg")
    assert photo.read(tmp_path / "big.jpg", 60).shape == (60, 90, 3)
    Image.new("RGB", (40, 30)).save(tmp_path / "small.png")
    assert photo.read(tmp_path / "small.png", 60).shape == (30, 40, 3)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "I;16", "1"])
def test_every_kind_of_pixel_becomes_colour(mode: str, tmp_path: Path) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.full((10, 12), 200 << 8, np.uint16))
    else:
        image = Image.new("RGBA", (12, 10), (200, 200, 200, 255)).convert(mode)
    image.save(tmp_path / "x.png")
    rgb = photo.read(tmp_path / "x.png")
    assert rgb.shape == (10, 12, 3)
    assert rgb.dtype == np.uint8
    assert abs(float(rgb.mean()) - 200) < 60


def test_numbers_in_names_are_counted(tmp_path: Path) -> None:
    for name in ("10.png", "9.png", "a/2.jpg", ".hidden.png", ".cache/3.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (16, 16)).save(path)
    found = opened(tmp_path)
    assert [found.title(i) for i in range(len(found))] == ["9.png", "10.png", "a/2.jpg"]
    assert [found.group(i) for i in range(len(found))] == [".", ".", "a"]


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("RGB", (16, 16)).save(tmp_path / "a" / "1.png")
    first = opened(tmp_path / "a").digest()
    Image.new("RGB", (16, 16), "red").save(tmp_path / "a" / "1.png")
    second = opened(tmp_path / "a").digest()
    (tmp_path / "a" / "1.png").rename(tmp_path / "a" / "2.png")
    assert len({first, second, opened(tmp_path / "a").digest()}) == 3


def huge_png(path: Path, width: int, height: int) -> None:
    """A header alone that asks for so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = (struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(body))


@pytest.mark.parametrize("shape", [(20_000, 10_000), (1_000_000, 1_000_000)])
def test_giant_photos_are_refused_by_their_header(shape: tuple[int, int], tmp_path: Path) -> None:
    huge_png(tmp_path / "huge.png", *shape)
    for look in (photo.size, photo.read):
        with pytest.raises(UnsafeFileError, match=r"huge\.png: .*too many pixels; at most 64 megapixels are read"):
            look(tmp_path / "huge.png")


def test_what_is_no_photo_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("hello")
    Image.effect_noise((90, 60), 60).save(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:600])
    Image.new("RGB", (3, 100)).save(tmp_path / "thin.png")
    for name, message in {
        "text.jpg": "is not a JPEG, PNG, WebP or BMP image, whatever its name says",
        "cut.jpg": "the image is damaged or cut short: ",
        "thin.png": "3x100 pixels; 8 each way are the fewest of a photo",
        "none.png": "there is no such image file",
    }.items():
        with pytest.raises(TwinError) as caught:
            photo.read(tmp_path / name)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_folders_that_will_not_do(recorded: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("")
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "images.csv").write_text("file,episode,camera\n../secret.png,1,front\n")
    (tmp_path / "columns").mkdir()
    (tmp_path / "columns" / "images.csv").write_text("a,b\n1,2\n")
    (tmp_path / "zero").mkdir()
    (tmp_path / "zero" / "images.csv").write_text("file,episode,camera\na\0.png,1,front\n")
    for place, cameras, message in (
        (tmp_path / "zero", (), "leads out of the folder"),
        (tmp_path / "empty", (), r"empty: holds no images \(\.jpg, .*\), and is no dataset"),
        (tmp_path / "nowhere", (), "nowhere: there is no such folder"),
        (tmp_path / "file.txt", (), r"file\.txt: is a file; name the folder that the images are in, or a dataset"),
        (tmp_path / "table", (), r"images\.csv: \.\./secret\.png leads out of the folder"),
        (tmp_path / "columns", (), r"images\.csv: should be a table with the columns file, episode and camera"),
        (tmp_path / "empty", ("front",), "nobody knows which camera saw which image"),
        (recorded, ("robot/camra",), "unknown camera 'robot/camra'; did you mean 'robot/camera'"),
    ):
        with pytest.raises(TwinError, match=message):
            opened(place, cameras)


def coco(path: Path, widths: dict[str, float]) -> None:
    """Labels of images 100 px wide: in each a pallet so wide."""
    path.parent.mkdir(exist_ok=True)
    images = [{"id": k, "file_name": name, "width": 100, "height": 100} for k, name in enumerate(widths)]
    boxes = [{"image_id": k, "category_id": 1, "bbox": [0, 0, w, 10]} for k, w in enumerate(widths.values())]
    document = {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "pallet"}]}
    path.write_text(json.dumps(document))


def test_images_of_one_name_in_several_folders_have_their_own_labels(tmp_path: Path) -> None:
    for name in ("train/a/1.png", "train/b/1.png", "val/2.png", "train/2.png"):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (100, 100)).save(tmp_path / "images" / name)
    coco(tmp_path / "annotations" / "instances_train.json", {"a/1.png": 10, "images\\train\\b\\1.png": 20, "2.png": 30})
    coco(tmp_path / "annotations" / "instances_val.json", {"2.png": 40})

    def widths() -> dict[str, float]:
        found = opened(tmp_path)
        labels = {found.title(i): found.objects(i) for i in range(len(found))}
        return {title: float(one.boxes[0, 2]) for title, one in labels.items() if one is not None}

    wanted = {"train/2": 0.3, "train/a/1": 0.1, "train/b/1": 0.2, "val/2": 0.4}
    assert widths() == {f"images/{name}.png": width for name, width in wanted.items()}
    coco(tmp_path / "annotations" / "instances_more.json", {"a/1.png": 10})  # said twice, the same
    assert widths()["images/train/a/1.png"] == 0.1
    coco(tmp_path / "annotations" / "instances_val.json", {"x/2.png": 40, "y/2.png": 50})
    with pytest.raises(InputError, match=r"images/val/2\.png: 3 images of this name have labels of their own"):
        widths()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("annotations/instances_a.json", "{", "is not JSON"),
        ("annotations/instances_a.json", "[" * 100_000, "is not JSON"),
        (
            "annotations/instances_a.json",
            '{"images":[],"categories":[],"annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, NaN, 1, 1]}]}',
            "annotations.0.bbox.1: Input should be a finite number",
        ),
        (
            "annotations/instances_a.json",
            '{"images":[],"categories":[],"annotations": [{"image_id": 1, "category_id": 1, "bbox": [0,0,1,1e999]}]}',
            "annotations.0.bbox.3: Input should be a finite number",
        ),
        ("annotations/instances_a.json", "{}", "images: Field required"),
        (
            "annotations/instances_a.json",
            '{"images":[],"categories":[],"annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}]}',
            "an annotation names an image or a category that the file does not have",
        ),
        ("data.yaml", "names: 3", "names"),
        ("data.yaml", "names: &a [x]", "anchors and aliases are not allowed"),
        ("labels/1.txt", "0 0.5 0.5", "1.txt:1: should be a class of data.yaml and its box or outline"),
        ("labels/1.txt", "7 0.5 0.5 0.1 0.1", "1.txt:1: should be a class of data.yaml"),
        ("labels/1.txt", "0 nan 0.5 0.1 0.1", "1.txt:1: should be a class of data.yaml"),
    ],
)
def test_labels_that_cannot_be_read(name: str, content: str, message: str, tmp_path: Path) -> None:
    for path, text in {"data.yaml": "names: {0: pallet}", "labels/1.txt": "", name: content}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "images").mkdir()
    Image.new("RGB", (16, 16)).save(tmp_path / "images" / "1.png")
    with pytest.raises(TwinError) as caught:
        opened(tmp_path).objects(0)
    assert message in str(caught.value)
