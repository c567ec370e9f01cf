"""Quotas of rare cases, and what a dataset really has of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import robots
from training.cli import main
from training.collection import Collection, collect
from training.coverage import quotas
from training.coverage.evidence import lidar_top, renderer_of
from training.coverage.report import found_in
from training.dataset import Dataset
from training.dataset.schema import DatasetMeta, EpisodeRecord
from twin import rendering
from twin.errors import DatasetError, InputError, UnknownNameError
from twin.testing.rendering_stage import box, stage


def asked(out: Path, **changes: Any) -> Collection:
    options = {"layout": "small_warehouse", "camera_size": (32, 32), "quality": "fast"}
    collection = Collection(out, "zero", "FactoryTwin/RouteNav-v0", options, seed=4, every=20)
    return replace(collection, **{"quotas": {"knocked_camera": 2, "power_cut": 1}, **changes})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    with few_steps(61):
        return collect(asked(tmp_path_factory.mktemp("cases") / "d.zarr"))


@contextmanager
def few_steps(count: int) -> Iterator[None]:
    """Episodes end after so many."""
    import gymnasium

    import envs  # noqa: F401

    spec = gymnasium.spec("FactoryTwin/RouteNav-v0")
    steps, spec.max_episode_steps = spec.max_episode_steps, count
    try:
        yield
    finally:
        spec.max_episode_steps = steps


def test_every_scenario_gets_its_quota_in_turn(recorded: Dataset) -> None:
    assert [record.scenario for record in recorded.records()] == ["knocked_camera", "power_cut", "knocked_camera"]
    assert recorded.meta.quotas == {"knocked_camera": 2, "power_cut": 1}


def test_resuming_with_other_quotas_is_refused(recorded: Dataset) -> None:
    other = replace(asked(Path(str(recorded.location))), quotas={"spill": 5})
    with pytest.raises(DatasetError, match="not the same quotas: "):
        collect(other, resume=True)


def test_the_report_counts_what_is_there(recorded: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", str(recorded.location), "--json"]) == 0
    found = {row["scenario"]: row for row in json.loads(capsys.readouterr().out)["scenarios"]}
    assert found["knocked_camera"] | {"asked": 2, "recorded": 2, "there": 2, "not_there": []} == found["knocked_camera"]
    assert found["power_cut"]["there"] == 1
    assert main(["coverage", str(recorded.location)]) == 0
    assert "knocked_camera" in capsys.readouterr().out


def test_what_was_asked_for_and_is_not_there_is_told(
    recorded: Dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture that is bright, whatever its record says, shows no power cut; a level camera was not knocked."""
    from envs.scenarios.evidence import View

    level = np.array([0, 0, 1, 0.5, -0.5, 0.5, -0.5])
    original = View.__init__

    def seen(self: View, frame: int, camera: Any, rgb: Any, instance: Any, _: Any) -> None:
        original(self, frame, camera, np.full_like(rgb, 180), instance, level)

    monkeypatch.setattr(View, "__init__", seen)
    assert main(["coverage", str(recorded.location), "--json"]) == 1
    table = {row["scenario"]: row for row in json.loads(capsys.readouterr().out)["scenarios"]}
    assert table["power_cut"]["there"] == 0
    assert table["knocked_camera"]["there"] == 0
    assert table["knocked_camera"]["not_there"] == [0, 2]
    assert main(["coverage", str(recorded.location)]) == 1


def test_what_has_no_pictures_shows_no_dirt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with few_steps(11):
        dataset = collect(asked(tmp_path / "d.zarr", cameras=(), quotas={"dirty_camera": 1}))
    assert main(["coverage", str(dataset.location), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["scenarios"][0]["not_there"] == [0]


@pytest.mark.parametrize("name", ["raster", "rays"])
def test_it_is_judged_by_the_renderer_that_drew_it(name: str) -> None:
    with rendering.create(stage(box(1, (3, 0.3, 0))), name) as renderer:
        assert renderer_of(EpisodeRecord(episode=0, renderer=renderer.describe())) == name


@pytest.mark.parametrize("scenario", [5, {"case": 5}, {"case": {"type": ["spill"]}}, {"case": {"type": None}}])
def test_draws_that_name_no_case_are_none(scenario: Any) -> None:
    record = EpisodeRecord(episode=0, draws={"scenario": scenario})
    dataset: Any = SimpleNamespace(records=lambda: [record])
    assert found_in(dataset) == []


def test_a_renderer_that_nobody_named_is_the_usual_one() -> None:
    assert renderer_of(EpisodeRecord(episode=0)) == "auto"


def test_a_robot_of_ones_own_is_read_from_the_file_it_was_recorded_with(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
    file.write_text(text.replace("name: amr", "name: mine", 1))
    record, meta = EpisodeRecord(episode=3, robot="mine"), DatasetMeta(name="d", arrays=())
    amr = lidar_top(meta, EpisodeRecord(episode=0, robot="amr"))
    assert lidar_top(meta.model_copy(update={"env_arguments": {"robot": str(file)}}), record) == amr
    with pytest.raises(DatasetError, match="episode 3: robot 'mine' is none of the shipped ones, and the file that it"):
        lidar_top(meta, record)


@pytest.mark.slow
def test_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    one, two = (collect(asked(tmp_path / f"{n}.zarr"), workers=n) for n in (1, 2))
    assert one.digest() == two.digest()


def test_quotas_are_read_and_laid_out() -> None:
    assert quotas.parsed(("spill=2", "power_cut=1")) == {"spill": 2, "power_cut": 1}
    assert set(quotas.parsed(("all=3",)).values()) == {3}
    assert "spill" in quotas.parsed(("all=3",))
    assert quotas.plan({"a": 1, "b": 3}) == ("a", "b", "b", "b")


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (("spill",), InputError, "--quota spill: should be NAME=COUNT with a count of at least 1, such as spill=20"),
        (("spill=0",), InputError, "count of at least 1"),
        (("=5",), InputError, "--quota =5: should be NAME=COUNT"),
        (("spill=1", "all=2"), InputError, "--quota all=2: 'spill' has a quota already"),
        (("spil=1",), UnknownNameError, "unknown scenario 'spil'; did you mean 'spill'?"),
    ],
)
def test_quotas_that_cannot_be(texts: tuple[str, ...], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        quotas.parsed(texts)
    assert message in str(caught.value)


def test_flags_that_contradict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = str(tmp_path / "d.zarr")
    for flags, message in (
        (["--scenario", "randomized"], "--quota names the scenario of each episode: leave out --scenario"),
        (["--episodes", "3"], "--quota says how many episodes there are: leave out --episodes"),
    ):
        assert main(["collect", "--out", out, "--quota", "spill=1", *flags]) != 0
        assert message in capsys.readouterr().err
    assert not Path(out).exists()
