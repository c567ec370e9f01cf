"""``twin doctor`` and ``twin render``: what draws, how fast, and pictures of layouts."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import factories
from training import cli

Twin = Callable[..., subprocess.CompletedProcess[str]]

NO_OPENGL = {"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"}


def test_doctor_says_what_draws_and_how_fast(twin: Twin) -> None:
    found = json.loads(twin("doctor", "--json").stdout)
    assert found["engines"].keys() == {"mujoco", "pybullet"}
    assert found["engines"]["mujoco"].startswith("4.")
    assert found["renderer"] in found["renderer_description"]
    assert 0 < found["ms_drawing"] < found["ms_per_labelled_frame"]
    assert found["software"] == ("warning: OpenGL is drawn in software" in found["advice"])
    assert found["gl_renderer"] in found["renderer_description"]


def test_doctor_names_the_packages_for_the_faster_renderer(twin_process: Twin) -> None:
    result = twin_process("doctor", **NO_OPENGL)
    assert result.returncode == 0
    assert "renderer  rays: Embree" in result.stdout
    assert "apt install libegl1 libegl-mesa0 libgl1-mesa-dri" in result.stdout.splitlines()[-1]
    assert result.stderr.startswith("drawing with 'rays'")
    assert len(result.stderr.splitlines()) == 1


def test_doctors_json_stays_json_without_opengl(twin_process: Twin) -> None:
    found = json.loads(twin_process("doctor", "--json", **NO_OPENGL).stdout)
    assert found["renderer"] == "rays"
    assert found["gl_renderer"] is None
    assert found["packages"] == ["libegl1", "libegl-mesa0", "libgl1-mesa-dri"]


def test_render_draws_from_above_and_in_perspective(twin: Twin, tmp_path: Path) -> None:
    result = twin("render", "cross_dock", "--out", "there.png", "--height", 160)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("wrote there.png: cross_dock from above and in perspective, drawn by ra")
    with Image.open(tmp_path / "there.png") as image:
        picture = np.asarray(image)
    layout = factories.load("cross_dock")
    above = round(160 * layout.size[0] / layout.size[1])
    assert picture.shape == (160, above + 256, 3)
    for part in (picture[:, :above], picture[:, above:]):
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 100
        assert 60 < part.mean() < 200


def test_render_draws_a_file(twin: Twin, tmp_path: Path) -> None:
    factories.save(factories.load("small_warehouse"), tmp_path / "mine.yaml")
    mine = twin("render", "mine.yaml", "--out", "mine.png", "--height", 80)
    shipped = twin("render", "small_warehouse", "--out", "shipped.png", "--height", 80)
    assert (mine.returncode, shipped.returncode) == (0, 0)
    assert (tmp_path / "mine.png").read_bytes() == (tmp_path / "shipped.png").read_bytes()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("render smal_warehouse --out a.png", "did you mean 'small_warehouse'?"),
        ("render small_warehouse --out a.jpg", "error: --out a.jpg: pictures are written as .png"),
        ("render small_warehouse --out no/a.png", "error: --out no/a.png: there is no folder no"),
        ("render small_warehouse --out a.png --height 0", "error: --height 0: should be more than 0"),
        ("render small_warehouse --out a.png --height 9000", "error: --height 9000: should be at most 2000"),
        ("render small_warehouse --out a.png --renderer rastr", "unknown renderer 'rastr'; did you mean 'raster'?"),
        ("render gone.yaml --out a.png", "error: gone.yaml: there is no such layout file"),
    ],
)
def test_render_refuses(
    typed: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(typed.split()) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
