"""What cannot be used is said in one line, before anything is made; what can be converted is."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rendered_photos import HALL, save, take

from training import cli
from training.composite import photos as photo_files
from training.composite.about import About, beside, of_flags
from training.composite.asked import Compositing
from training.composite.write import write
from training.dataset import Dataset
from twin.errors import FileError, InputError, TwinError, UnknownNameError


@pytest.fixture
def folder(photos: Path, tmp_path: Path) -> Path:
    """One good photo, to add bad company to."""
    there = tmp_path / "photos"
    there.mkdir()
    (there / "hall.png").write_bytes((photos / "hall.png").read_bytes())
    return there


def huge_png(path: Path) -> None:
    """The header of 200 megapixels, and no pixel."""
    head = struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = (struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(body))


def text_file(folder: Path) -> None:
    (folder / "y.jpg").write_text("no photo")


def cut_short(folder: Path) -> None:
    (folder / "z.png").write_bytes((folder / "hall.png").read_bytes()[:9000])


def noise(folder: Path) -> None:
    save(np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8), folder / "z.png")


def other_mask(folder: Path) -> None:
    save(np.zeros((10, 20, 3), np.uint8), folder / "masks" / "hall.png")


def wrong_key(folder: Path) -> None:
    (folder / "hall.yaml").write_text("horizn: 0.4\n")


def wrong_region(folder: Path) -> None:
    (folder / "hall.yaml").write_text("redact: [[0.5, 0.5, 0.4, 0.6]]\n")


def twins(folder: Path) -> None:
    save(np.zeros((80, 80, 3), np.uint8), folder / "hall.bmp")


def other_ending(folder: Path) -> None:
    save(np.zeros((240, 360, 3), np.uint8), folder / "redact" / "hall.bmp")


def other_case(folder: Path) -> None:
    save(np.zeros((240, 360, 3), np.uint8), folder / "redact" / "Hall.png")


def other_folder(folder: Path) -> None:
    save(np.zeros((240, 360, 3), np.uint8), folder / "Redacted" / "hall.png")


def other_yaml(folder: Path) -> None:
    (folder / "hall.png.yaml").write_text("redact: [[0.1, 0.1, 0.2, 0.2]]\n")


def two_yamls(folder: Path) -> None:
    (folder / "hall.yaml").write_text("horizon: 0.4\n")
    (folder / "hall.yml").write_text("redact: [[0.1, 0.1, 0.2, 0.2]]\n")


def lost_yaml(folder: Path) -> None:
    (folder / "hall.yaml").symlink_to("gone.yaml")


def lost_mask(folder: Path) -> None:
    (folder / "redact").mkdir()
    (folder / "redact" / "hall.png").symlink_to("gone.png")


def no_folder(folder: Path) -> None:
    (folder / "redact").write_text("left,top,right,bottom\n")


BAD = {
    text_file: "y.jpg: is not a JPEG, PNG, WebP or BMP image, whatever its name says",
    cut_short: "z.png: the image is damaged or cut short",
    lambda folder: huge_png(folder / "z.png"): "z.png: too many pixels; at most 64 megapixels are read",
    noise: "z.png: no horizon was found, too few straight lines agree on one; say where it is: --horizon",
    other_mask: "hall.png: a mask is as large as its photo turned upright; it is 20x10, hall.png is 360x240",
    wrong_key: "hall.yaml:1:1: horizn: unknown key 'horizn'; did you mean 'horizon'?",
    wrong_region: "hall.yaml:1:1: redact: [0.5, 0.5, 0.4, 0.6] is no left, top, right, bottom",
    twins: "two photos are called 'hall'",
    other_ending: "redact/hall.bmp: belongs to no photo; did you mean 'hall.png'? beside a photo NAME.jpg it is called",
    other_case: "redact/Hall.png: belongs to no photo; did you mean 'hall.png'?",
    other_folder: "photos/Redacted: such a folder is called 'redact'; rename it",
    other_yaml: "hall.png.yaml: belongs to no photo; did you mean 'hall.yaml'? beside a photo NAME.jpg it is called",
    lost_yaml: "hall.yaml: is not a file, or a link to one that is not there",
    lost_mask: "redact/hall.png: is not a file, or a link to one that is not there",
    no_folder: "photos/redact: should be a folder with a mask NAME.png for a photo NAME.jpg",
    two_yamls: "hall.yml: hall.yaml is about the same photo; keep one of them",
}


@pytest.mark.parametrize(("spoil", "message"), BAD.items(), ids=lambda given: getattr(given, "__name__", ""))
def test_one_line_and_nothing_is_left(
    folder: Path, spoil: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder)
    out = folder.parent / "made.zarr"
    assert cli.main(["composite", "--photos", str(folder), "--out", str(out), "--most", "1"]) != 0
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert message in last
    assert {path.name for path in folder.parent.iterdir()} == {"photos"}


def test_photos_that_cannot_be_used_can_be_skipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise(folder)
    text_file(folder)
    (folder / "notes.txt").write_text("bring the ladder")
    (folder / "older").mkdir()
    out = folder.parent / "made.zarr"
    assert cli.main(["composite", "--photos", str(folder), "--out", str(out), "--most", "1", "--skip"]) == 0
    said = capsys.readouterr().out
    assert "skipped: " in said
    assert "y.jpg: is not a JPEG" in said
    assert "z.png: no horizon was found" in said
    assert "left out, as they are no photos: notes.txt, older" in said
    assert "in 1 of 1 frames the camera's height was assumed to be 1.5 m; --camera-height" in said
    assert Dataset(out).episodes == 1
    hall = next(folder.glob("hall.*"))
    hall.unlink()
    assert cli.main(["composite", "--photos", str(folder), "--out", str(out.parent / "none.zarr"), "--skip"]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert [line.startswith("error: nothing could be put into any photo: ") for line in error][-1:] == [True]
    assert "more remarks of this kind" in error[-1]


def test_folders_and_numbers_that_will_not_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place, message in (("nowhere", "there is no such folder"), ("empty", "there is no photo in it; photos are")):
        with pytest.raises(InputError, match=message):
            write(Compositing(tmp_path / place), tmp_path / "made.zarr")
    with pytest.raises(UnknownNameError, match="unknown object 'palet'; did you mean 'pallet'"):
        Compositing(tmp_path, objects=("palet",))
    with pytest.raises(UnknownNameError, match="unknown redaction 'smear'; allowed: blur, fill, pixelate"):
        Compositing(tmp_path, redact="smear")
    with pytest.raises(InputError, match="--least 3 --most 2: should be 1 or more"):
        Compositing(tmp_path, least=3, most=2)
    for given, message in (
        (("a", None, None), "--horizon a: should be shares of the photo's height"),
        (("0.1,0.2,0.3", None, None), "--horizon 0.1,0.2,0.3: should be shares"),
        (("nan", None, None), "--horizon nan: should be shares"),
        (("", 0.0, None), "--camera-height 0: should be more than 0.05 and at most 30 m"),
        (("", None, 60.0), "--fov 60: should be more than 0.05 and less than 3 rad; 60 degrees are 1.05"),
    ):
        with pytest.raises(InputError) as caught:
            of_flags(*given)
        assert message in str(caught.value)


def test_no_room_is_said(folder: Path) -> None:
    (folder / "hall.yaml").write_text("floor: [[0.5, 0.9], [0.51, 0.9], [0.5, 0.91]]\n")
    with pytest.raises(InputError, match=r"hall\.png: no room was found for any object; say where the floor is free"):
        write(Compositing(folder), folder.parent / "made.zarr")
    assert not (folder.parent / "made.zarr").exists()


@pytest.mark.parametrize("mode", ["L", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_photo_becomes_8_bit_colour(mode: str, tmp_path: Path) -> None:
    rgb = take(HALL, 240, 160)
    path = tmp_path / ("x.jpg" if mode == "CMYK" else "x.png")
    if mode == "I;16":
        deep = np.asarray(Image.fromarray(rgb).convert("L"), np.uint16) * np.uint16(257)
        Image.fromarray(deep).save(path)
    else:
        Image.fromarray(rgb).convert(mode).save(path)
    photo = photo_files.load(path)
    assert photo.rgb.shape == (160, 240, 3)
    grey = mode in ("L", "I;16")
    expected = np.repeat(np.asarray(Image.fromarray(rgb).convert("L"))[..., None], 3, axis=2) if grey else rgb
    assert np.abs(photo.rgb.astype(int) - expected).mean() < 3


def test_yaml_beside_a_photo(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("horizon: [0.4, 0.42]\nfloor: [[0, 1], [1, 1], [0.5, 0.6]]\n")
    said = beside(tmp_path / "a.jpg")
    assert said.horizon == (0.4, 0.42)
    assert beside(tmp_path / "b.jpg") == About()
    (tmp_path / "c.yml").write_text("camera_height: -1\nfov: x\n")
    with pytest.raises(FileError) as caught:
        beside(tmp_path / "c.jpg")
    assert [problem.key for problem in caught.value.problems] == ["camera_height", "fov"]
    assert isinstance(caught.value, TwinError)
