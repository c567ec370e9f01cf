"""Textures: found by their file, the same for the same name, seamless where they repeat, and safe with files."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from twin import textures
from twin.errors import InputError, UnsafeFileError
from twin.textures import TEXTURES, barcode, load, marker

ROOT = Path(__file__).parents[2]


def name_of(kind: str) -> str:
    return f"{kind}:{TEXTURES[kind].example}" if TEXTURES[kind].argument else kind


EVERY = pytest.mark.parametrize("kind", list(TEXTURES))


@EVERY
def test_every_texture_is_an_image_with_something_on_it(kind: str) -> None:
    image = load(name_of(kind))
    assert (image.shape, image.dtype) == ((512, 512, 3), np.uint8)
    assert image.std() > 3
    assert 60 < image.mean() < 250
    assert TEXTURES[kind].doc
    assert not image.flags.writeable


@EVERY
def test_what_tiles_has_no_seam(kind: str) -> None:
    image = load(name_of(kind)).astype(float)
    if not TEXTURES[kind].tiles:
        return
    for axis in (0, 1):
        steps = np.abs(np.diff(image, axis=axis, append=image.take([0], axis=axis))).mean(axis=(1 - axis, 2))
        assert steps[-1] <= max(1.5 * np.quantile(steps, 0.99), steps[:-1].max()), axis


def test_the_same_name_gives_the_same_image_in_another_process() -> None:
    names = ["concrete", "carton:3", "wood"]
    code = f"from twin.textures import load; print([int(load(n).astype('u8').sum()) for n in {names}])"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == str([int(load(n).astype("u8").sum()) for n in names])


def test_arguments_make_different_images() -> None:
    for one, other in (
        ("marker:1", "marker:2"),
        ("sign:A1", "sign:A2"),
        ("carton:1", "carton:2"),
        ("barcode:1", "barcode:2"),
    ):
        assert (load(one) != load(other)).mean() > 0.005


def test_markers_are_those_of_the_aruco_dictionary() -> None:
    # Id 1023 has the row 01110 five times, id 0 the row 10000; margin and border stand around them.
    assert marker.modules(1023)[2:7, 2:7].astype(int).tolist() == [[0, 1, 1, 1, 0]] * 5
    assert marker.modules(0)[2:7, 2:7].astype(int).tolist() == [[1, 0, 0, 0, 0]] * 5
    assert len({marker.modules(i).tobytes() for i in range(1024)}) == 1024


def test_markers_are_read_by_opencv() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_ARUCO_ORIGINAL)
    detector = cv2.aruco.ArucoDetector(dictionary)
    for number in (0, 17, 514, 1023):
        found = detector.detectMarkers(
            np.pad(load(f"marker:{number}"), ((40, 40), (40, 40), (0, 0)), constant_values=250)
        )
        assert found[1] is not None and found[1].ravel().tolist() == [number]


def test_barcodes_carry_their_number_and_a_check_digit() -> None:
    digits, bars = barcode.ean13(400638133393)  # the example of the standard's literature
    assert digits == "4006381333931"
    assert len(bars) == 95
    assert (bars[:3], bars[45:50], bars[-3:]) == ("101", "01010", "101")
    row = load("barcode:400638133393")[300, (512 - 380) // 2 + 2 :: 4][:95].mean(axis=1) < 128
    assert "".join("01"[int(dark)] for dark in row) == bars


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("concreet", "unknown texture 'concreet'; did you mean 'concrete'?.*marker:17.*folder:NAME.*PNG or JPEG"),
        (
            "marker:1024",
            "'1024' will not do after the colon; 'marker' is written 'marker:17', with a number from 0 to 1023",
        ),
        ("marker", "'' will not do after the colon; 'marker' is written 'marker:17'"),
        ("concrete:2", "'2' will not do after the colon; 'concrete' takes none"),
        ("sign:far too long a sign", "'sign' is written 'sign:A12', with at most 12 letters"),
        ("barcode:12a", "'12a' will not do"),
        ("", "unknown texture ''"),
        ("no/such.png", "texture 'no/such.png': there is no such image file"),
    ],
)
def test_names_that_will_not_do_are_refused_with_what_would(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(name)


def test_names_are_checked_without_painting() -> None:
    textures.check("marker:3")
    textures.check("somewhere/else.png")
    with pytest.raises(InputError, match="did you mean 'wood'"):
        textures.check("woood")


def test_ones_own_images_are_named_by_path_or_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (60, 30), (10, 200, 30)).save(tmp_path / "lawn.png")
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    monkeypatch.setenv("TWIN_TEXTURES", str(tmp_path))
    for name in (str(tmp_path / "lawn.png"), "folder:lawn", "folder:lawn.png"):
        assert (load(name) == (10, 200, 30)).all()
        assert load(name).shape == (512, 512, 3)
    assert (load("folder:clear") == 255).all()
    with pytest.raises(InputError, match=r"no such image in .*; did you mean 'lawn.png'"):
        load("folder:lawm")


def test_a_folder_must_be_named_and_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "secret.png")
    monkeypatch.delenv("TWIN_TEXTURES", raising=False)
    with pytest.raises(InputError, match="set TWIN_TEXTURES to the folder"):
        load("folder:secret")
    monkeypatch.setenv("TWIN_TEXTURES", str(inside))
    with pytest.raises(UnsafeFileError, match="named without a path"):
        load("folder:../secret")
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(UnsafeFileError, match="leads out of"):
        load("folder:link")
    monkeypatch.setenv("TWIN_TEXTURES", str(tmp_path / "none"))
    with pytest.raises(InputError, match="is not a folder"):
        load("folder:secret")


def test_bad_files_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(InputError, match=r"text\.png: is neither a PNG nor a JPEG image"):
        load(str(tmp_path / "text.png"))
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:4000])
    with pytest.raises(InputError, match=r"cut\.png: the image is damaged or cut short"):
        load(str(tmp_path / "cut.png"))
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    with pytest.raises(UnsafeFileError, match=r"huge\.png: too many pixels; at most 40 megapixels"):
        load(str(tmp_path / "huge.png"))
    os.truncate(tmp_path / "text.png", 65_000_000)
    with pytest.raises(UnsafeFileError, match="at most 64 MB"):
        load(str(tmp_path / "text.png"))


def test_dropping_a_file_makes_a_new_texture_known(tmp_path: Path) -> None:
    (tmp_path / "dots.py").write_text(
        "import numpy as np\n"
        "from twin.textures._paint import SIZE, X, Y, Floats\n"
        "from twin.textures._texture import Texture\n"
        "def dots(rng: np.random.Generator) -> Floats:\n"
        "    return (np.hypot(X % 64 - 32, Y % 64 - 32) > 16) * 1.0\n"
        "TEXTURE = Texture(dots)\n"
    )
    code = f"""
import twin, shutil, pathlib
folder = pathlib.Path({str(tmp_path)!r}) / "copy" / "textures"
shutil.copytree({str(ROOT / "twin" / "textures")!r}, folder)
shutil.copy({str(tmp_path / "dots.py")!r}, folder)
twin.__path__.insert(0, str(folder.parent))
from twin.textures import TEXTURES, load
assert "dots" in TEXTURES and load("dots").std() > 50
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_grain_neither_darkens_nor_has_a_seam() -> None:
    grain = textures.fine_grain()
    assert abs(grain.mean() - 0.5) < 0.003
    assert 0.05 < grain.std() < 0.3
    for axis in (0, 1):
        steps = np.abs(np.diff(grain, axis=axis, append=grain.take([0], axis=axis))).mean(axis=1 - axis)
        assert steps[-1] <= 1.5 * np.median(steps)


def test_a_texture_seen_from_afar_is_its_mean_colour() -> None:
    red, green, blue = textures.mean_color("sign:charging")
    assert blue > green > red
    assert np.allclose(textures.mean_color("wood"), load("wood").mean(axis=(0, 1)) / 255, atol=0.01)
