"""Rendering again what was rendered already, and what must not go wrong on the way."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import cli
from training.dataset import Dataset
from training.dataset.audit import audit
from training.derive import rerender as module
from training.derive.merge import merge
from training.derive.rerender import Rerendering, rerender
from training.derive.select import select
from training.interrupted import interrupted
from twin.errors import InputError, TwinError
from twin.lenses import Distortion

CAMERA = "robot/camera"
KEYS = ("robot_camera", "top")
EXAMPLE = Path(__file__).parents[2] / "examples" / "sweep_camera.py"


@pytest.fixture(scope="module")
def short(blind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An episode in each of two factories, two frames each, poses alone."""
    whole = Dataset(blind)
    layouts = [record.layout for record in whole.records()]
    other = next(k for k, layout in enumerate(layouts) if layout != layouts[0])
    folder = tmp_path_factory.mktemp("rerender") / "short"
    select(whole, folder, {"episode": ["0", str(other)], "every": "100"})
    return folder


@pytest.fixture(scope="module")
def first(short: Path) -> Path:
    """Two cameras, one of them new, in another size, quality and with another renderer than they were recorded with."""
    asked = Rerendering(short, short.parent / "first", (CAMERA, "top=robot:0,0,2,0,1.2"), (48, 32), 0.9, "rays", "fast")
    rerender(asked)
    return asked.out


def images(dataset: Dataset, keys: tuple[str, ...] = KEYS) -> dict[str, bytes]:
    names = [name for name in dataset.arrays if name.startswith(tuple(f"cameras/{key}/" for key in keys))]
    return {name: values.tobytes() for name, values in dataset.batch(range(len(dataset)), names).items()}


def test_what_was_rerendered_is_rerendered_as_it_is(short: Path, first: Path, tmp_path: Path) -> None:
    seen = Dataset(first)
    again = rerender(Rerendering(first, tmp_path / "again"))
    assert again.meta.cameras == seen.meta.cameras
    assert len(images(seen)) == 12
    assert images(again) == images(seen)
    assert [(r.renderer, r.quality) for r in again.records()] == [(r.renderer, r.quality) for r in seen.records()]
    third = rerender(Rerendering(tmp_path / "again", tmp_path / "third", ("top",), quality="standard"))
    assert list(third.cameras) == ["top"]
    depth = "cameras/top/depth"
    np.testing.assert_array_equal(third.episode(1)[depth], seen.episode(1)[depth])
    assert {record.quality for record in third.records()} == {"standard"}
    assert third.record(0).renderer.startswith("rays")


def test_the_record_says_the_quality(recorded: Path, first: Path, short: Path, tmp_path: Path) -> None:
    assert {record.quality for record in Dataset(recorded).records()} == {"standard"}
    assert {record.quality for record in Dataset(short).records()} == {""}
    assert {record.quality for record in Dataset(first).records()} == {"fast"}
    plain = rerender(Rerendering(short, tmp_path / "plain", size=(48, 32)))
    assert {record.quality for record in plain.records()} == {"standard"}
    fast = rerender(Rerendering(short, tmp_path / "fast", size=(48, 32), quality="fast"))
    both = rerender(Rerendering(merge([plain, fast], tmp_path / "both").label, tmp_path / "drawn"))
    assert [record.quality for record in both.records()] == ["standard", "standard", "fast", "fast"]
    assert images(both.filter(episode=":1")) == images(plain)


def test_a_swept_camera_is_rerendered_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sweep", "--frames", "3", "--size", "48", "32", "--out", str(tmp_path / "sweep")])
    exec(compile(EXAMPLE.read_text(), EXAMPLE, "exec"), {"__name__": "sweep"})
    seen = Dataset(tmp_path / "sweep")
    again = rerender(Rerendering(tmp_path / "sweep", tmp_path / "again"))
    assert again.meta.cameras == seen.meta.cameras
    assert images(again, ("sweep",)) == images(seen, ("sweep",))
    large = rerender(Rerendering(tmp_path / "sweep", tmp_path / "large", size=(96, 64)))
    np.testing.assert_array_equal(
        large[2]["cameras/sweep/pose_world_camera"], seen[2]["cameras/sweep/pose_world_camera"]
    )
    assert list(audit(large)) == []


@pytest.mark.parametrize("fov", [0.0, -1.0, np.pi, 60.0, float("nan")])
def test_a_field_of_view_that_no_lens_has(
    fov: float, short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rerender", str(short), "--out", str(tmp_path / "o"), f"--fov={fov}"]) == 2
    error = capsys.readouterr().err
    assert error == f"error: --fov {fov:g}: should be more than 0 and less than pi (3.1416) rad\n"
    assert not (tmp_path / "o").exists()


def test_the_field_of_view_of_a_lens_that_distorts_stays(first: Path) -> None:
    dataset = Dataset(first)
    bent = Distortion("brown_conrady", (0.1, 0.0, 0.0, 0.0, 0.0))
    change = {"model": bent.model, "distortion": bent.coefficients}
    models = tuple(model.model_copy(update=change) for model in dataset.meta.cameras)
    dataset.meta = dataset.meta.model_copy(update={"cameras": models})
    (eye,) = Rerendering(first, Path("o"), ("top",), (96, 64)).eyes(dataset)
    values = dataset[0]
    lens = eye.camera(dataset.scene(0), values).lens
    assert (lens.distortion, lens.width) == (bent, 96)
    assert lens.fx == 2 * values["cameras/top/intrinsics"][0, 0]
    with pytest.raises(InputError, match="--fov 1: camera 'top' has a brown_conrady lens"):
        module.meta_of(Rerendering(first, Path("o"), ("top",), fov=1.0), dataset)


def test_scenes_that_differ_are_found_before_anything_is_made(short: Path, tmp_path: Path) -> None:
    asked = Rerendering(short, tmp_path / "o", ("overview",), (48, 32))
    layout, number = Dataset(short).record(0).layout, Dataset(short).numbers[1]
    with pytest.raises(TwinError) as caught:
        rerender(asked)
    assert f"camera 'overview' has another lens or range in episode {number} than in episode 0; " in str(caught.value)
    assert str(caught.value).endswith(f"twin select --layout {layout}")
    assert not asked.out.exists()
    select(Dataset(short), tmp_path / "one", {"layout": [layout]})
    assert rerender(Rerendering(tmp_path / "one", asked.out, ("overview",), (48, 32))).episodes == 1


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_fails_or_stops_early_leaves_nothing_behind(
    short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["rerender", str(short), "--size", "16x12", "--out", str(tmp_path / "o")]
    with monkeypatch.context() as patch:
        patch.setattr(module, "_images", stop)
        assert cli.main(command) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "interrupted: nothing was written"
    assert not (tmp_path / "o").exists()
    assert cli.main(command) == 0


def test_collecting_that_stops_early_says_that_nothing_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.collection._recording", stop)
    assert cli.main(["collect", "--episodes", "1", "--out", str(tmp_path / "o")]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "interrupted: nothing was written"
    assert not (tmp_path / "o").exists()


def test_episodes_that_are_there_are_named(recorded: Path) -> None:
    text = f"the episodes that ended are in {recorded}; the same command with --resume goes on"
    assert str(interrupted(recorded, "ended")) == text


@pytest.mark.parametrize("flags", [("--camera", "a", "--camera", "b"), ("--cameras", "a", "b"), ("--camera", "a", "b")])
def test_every_camera_that_is_named_is_rendered(
    flags: tuple[str, ...], short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Rerendering] = []

    def note(given: Rerendering, **_: Any) -> Dataset:
        asked.append(given)
        return Dataset(short)

    monkeypatch.setattr(module, "rerender", note)
    assert cli.main(["rerender", str(short), "--out", str(tmp_path / "o"), *flags]) == 0
    assert asked[0].cameras == ("a", "b")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    file.write_bytes(data)


def test_images_that_are_replaced_are_not_read(short: Path, tmp_path: Path) -> None:
    asked = Rerendering(short, tmp_path / "seen", size=(48, 32))
    seen = images(rerender(asked))
    for file in (asked.out / "data" / "cameras" / "robot_camera" / "rgb" / "c").rglob("*"):
        if file.is_file():
            flip(file)
    with pytest.raises(TwinError):
        images(Dataset(asked.out))
    assert images(rerender(Rerendering(asked.out, tmp_path / "mended"))) == seen


# -- scenarios ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One episode whose cameras and lights change while it runs."""
    folder = tmp_path_factory.mktemp("varied")
    scenario = folder / "flicker.yaml"
    scenario.write_text(
        "name: flicker\nrandomizers:\n  - {type: lights, mode: interval, every: 0.5}\n"
        "  - {type: effect, effect: noise}\n  - {type: shutter, readout: 0.03}\n"
        "  - {type: materials}\n  - {type: camera}\n"
    )
    out = folder / "v.zarr"
    flags = ["--agent", "random", "--episodes", "1", "--seed", "54", "--size", "48x32", "--every", "1"]  # a short one
    assert cli.main(["collect", "--scenario", str(scenario), *flags, "--out", str(out)]) == 0
    return out


def test_what_a_scenario_changed_on_the_way_is_rerendered_as_it_was(varied: Path, tmp_path: Path) -> None:
    seen = Dataset(varied)
    record = seen.record(0)
    assert record.scenario == "flicker"
    assert len(record.draws["looks"]) > 2  # type: ignore[arg-type]
    again = rerender(Rerendering(varied, tmp_path / "again"))
    assert images(again, ("robot_camera",)) == images(seen, ("robot_camera",))


def test_a_scenario_is_drawn_over_recorded_poses(short: Path, tmp_path: Path) -> None:
    asked = Rerendering(short, tmp_path / "a", size=(48, 32), randomize="looks")
    one, other = rerender(asked), rerender(replace(asked, out=tmp_path / "b"), workers=2)
    assert one.digest() == other.digest()
    assert {record.scenario for record in one.records()} == {"looks"}
    assert [r.seed for r in one.records()] == [r.seed for r in Dataset(short).records()]
    assert list(audit(one)) == []
    plain = rerender(Rerendering(short, tmp_path / "plain", size=(48, 32)))
    assert (images(one, ("robot_camera",)) != images(plain, ("robot_camera",))) is True
    again = rerender(Rerendering(tmp_path / "a", tmp_path / "again"))
    assert images(again, ("robot_camera",)) == images(one, ("robot_camera",))


def test_a_scenario_that_would_change_what_happened_is_refused(short: Path, tmp_path: Path) -> None:
    message = "sensors, physics, distractors would change what happened, .* alone: camera, daylight, effect, "
    with pytest.raises(InputError, match=f"scenario 'disturbed': {message}"):
        rerender(Rerendering(short, tmp_path / "a", randomize="disturbed"))
    assert not (tmp_path / "a").exists()


def test_a_scenario_that_was_edited_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    flags = [
        "collect",
        "--scenario",
        "mine.yaml",
        "--agent",
        "zero",
        "--size",
        "32x24",
        "--every",
        "200",
        "--out",
        "m.zarr",
    ]
    Path("mine.yaml").write_text("name: mine\nrandomizers:\n  - {type: effect, effect: noise}\n")
    assert cli.main([*flags, "--episodes", "1"]) == 0
    Path("mine.yaml").write_text("name: mine\nrandomizers:\n  - {type: effect, effect: blur}\n")
    assert cli.main([*flags, "--episodes", "2", "--resume"]) == 2
    assert "m.zarr cannot be resumed: not the same scenarios: mine.yaml: " in capsys.readouterr().err
