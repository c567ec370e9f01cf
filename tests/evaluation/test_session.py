"""``twin eval`` from end to end: files, going on, one line for what is wrong."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from small_layouts import EMPTY

import robots
from training import cli
from training.evaluation.cases import Evaluation, seeds
from training.evaluation.journal import Journal
from training.evaluation.score_table import SCORES
from training.evaluation.session import Session, drive
from training.evaluation.suites import open_suite
from training.evaluation.videos import choose, write
from training.folder_lock import locked
from training.policies import reference
from training.policies.config import TrainConfig
from training.policies.run import Run
from twin.errors import InputError, TwinError


def session(suite: str, *agents: str, **more: Any) -> Session:
    opened = open_suite(suite)
    options = opened.suite.options.given()
    return Session(agents, opened.env, options, opened.cases(), suite=opened, **({"workers": 1} | more))


@pytest.fixture
def typed(suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    return lambda text: cli.main(text.replace("SUITE", suite).split())


def test_the_folder_holds_scores_a_comparison_and_a_page(typed: Any, tmp_path: Path, capsys: Any) -> None:
    assert typed("eval zero straight --suite SUITE --workers 1 --out out --json both.json") == 0
    out = capsys.readouterr().out
    assert "zero: 4 episodes, suite tiny, digest " in out
    assert "straight against zero: " in out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "zero.json", "straight.json", "zero.episodes.jsonl", "straight.episodes.jsonl",
        "straight_against_zero.json", "report.html",
    }  # fmt: skip
    zero = json.loads((tmp_path / "out" / "zero.json").read_text())
    assert (zero["agent"], zero["episodes"], zero["causes"]["stuck"]) == ("zero", 4, 4)
    assert zero["suite"]["driven"] == zero["suite"]["episodes"] == 4
    assert zero["seconds"] > 0
    assert zero["measured_on"]["cores"]
    assert "trajectory" not in zero["per_episode"][0]
    straight = json.loads((tmp_path / "out" / "straight.json").read_text())
    assert zero["episodes_digest"] == straight["episodes_digest"]
    both = json.loads((tmp_path / "both.json").read_text())
    assert [agent["agent"] for agent in both["agents"]] == ["zero", "straight"]
    assert both["comparisons"] == [json.loads((tmp_path / "out" / "straight_against_zero.json").read_text())]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "straight against zero" in page
    for score in SCORES:
        assert f" {score.name}  " in out
        assert (f'<th class="number">{score.title}' in page) == (score.tabled or score.compared), score.name
    assert page.count("data:image/png") == 1


def test_the_page_shows_what_only_this_task_counts(typed: Any, tmp_path: Path) -> None:
    flags = "--env FactoryTwin/SocialNav-v0 --layout generated --generator size=12x10 --episodes 2 --workers 1"
    assert typed(f"eval zero straight {flags} --out out") == 0
    page = (tmp_path / "out" / "report.html").read_text()
    for agent in ("zero", "straight"):
        found = json.loads((tmp_path / "out" / f"{agent}.json").read_text())
        assert "intrusions" in found["own_scores"]
        for name in found["own_scores"]:
            assert f">{name.replace('_', ' ')}</th>" in page
            assert f'value="{found[name]}"' in page


def test_a_stopped_evaluation_goes_on(suite: str, tmp_path: Path) -> None:
    whole = drive(session(suite, "random"))[0].scores["per_episode"]
    first = drive(session(suite, "random", out=tmp_path / "out"))[0]
    journal = tmp_path / "out" / "random.episodes.jsonl"
    lines = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join(lines[:3]) + b"\n" + lines[3][:40])  # killed while it wrote the third episode
    again = drive(session(suite, "random", out=tmp_path / "out", resume=True))[0]
    assert again.scores == first.scores
    assert again.document["seconds"] is None
    assert journal.read_bytes().split(b"\n") == lines
    kept = ("trajectory", "route", "movers")
    assert [{k: v for k, v in e.items() if k not in kept} for e in again.scores["per_episode"]] == whole


def test_it_does_not_go_on_with_another_evaluation(suite: str, tmp_path: Path) -> None:
    drive(session(suite, "zero", out=tmp_path / "out"))
    with pytest.raises(InputError, match=r"zero.episodes.jsonl: holds episodes of another evaluation"):
        drive(session(suite, "zero", out=tmp_path / "out", resume=True, deterministic=False))
    with pytest.raises(InputError, match="out exists already; choose another --out, or go on with --resume"):
        drive(session(suite, "zero", out=tmp_path / "out"))


def test_another_content_of_a_file_makes_another_evaluation(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.yaml" for name in ("hall", "robot", "scenario", "lens")}
    files["hall"].write_text(EMPTY)
    files["robot"].write_text((Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text())
    files["scenario"].write_text("name: mine\nrandomizers:\n- {type: payload, mass: {uniform: [10, 80]}}\n")
    files["lens"].write_text("image_width: 640\n")
    hall, robot, scenario, lens = map(str, files.values())
    options = {"layout": [hall, "generated"], "robot": robot, "scenario": scenario, "calibration": lens}
    evaluation = Evaluation("zero", "FactoryTwin/RouteNav-v0", seeds(0, 2), options)
    before = evaluation.identity()
    for file, old, new in [
        ("hall", "[8, 6]", "[8, 7]"),
        ("robot", "mass: ", "mass: 1"),
        ("scenario", "[10, 80]", "[20, 80]"),
        ("lens", "640", "320"),
    ]:
        text = files[file].read_text()
        assert old in text, file
        files[file].write_text(text.replace(old, new, 1))
        assert evaluation.identity() != before, file
        files[file].write_text(text + "\n# a remark\n" * (file != "lens"))
    assert evaluation.identity() == before
    files["lens"].unlink()
    with pytest.raises(InputError, match=r"lens.yaml: cannot be read: No such file"):
        evaluation.identity()


def test_a_journal_that_cannot_be_written_again_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "it.jsonl", Evaluation("zero", "FactoryTwin/RouteNav-v0", seeds(0, 3)))
    known = {k: {"seed": k, "outcome": "success"} for k in range(2)}
    with journal.writing(known):
        pass
    with pytest.raises(TypeError), journal.writing({0: known[0], 1: {"seed": object()}}):
        pass
    assert journal.read() == known
    with journal.writing(known):
        journal.add({"seed": 2, "outcome": "timeout"})
    assert list(journal.read()) == [0, 1, 2]


def test_two_evaluations_do_not_share_a_folder(suite: str, tmp_path: Path) -> None:
    out = tmp_path / "scores"
    out.mkdir()
    with locked(out), pytest.raises(InputError, match="scores is being written by another process"):
        drive(session(suite, "zero", out=out))


def test_ctrl_c_says_how_to_go_on(suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.evaluation import driving

    drove = driving.Driver.drive
    calls = []

    def stop_at_the_third(self: Any, case: Any) -> Any:
        calls.append(case)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return drove(self, case)

    monkeypatch.setattr(driving.Driver, "drive", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt, match="2 of 4 episodes of zero are kept; go on with --resume"):
        drive(session(suite, "zero", out=tmp_path / "out"))
    assert len((tmp_path / "out" / "zero.episodes.jsonl").read_text().splitlines()) == 3


def test_agents_of_one_name_are_told_apart() -> None:
    def labels(*agents: str) -> list[str]:
        return list(Session(agents, "", {}, ()).labels().values())

    assert labels("expert", "runs/route") == ["expert", "route"]
    assert labels("a/policy", "b/policy", "zero") == ["a/policy", "b/policy", "zero"]


def test_failures_are_filmed_first_one_of_each_cause() -> None:
    causes = ["", "fixed", "fixed", "stuck", "", "person", "fixed"]
    chosen = choose([{"seed": k, "cause": cause} for k, cause in enumerate(causes)], 6)
    assert [e["seed"] for e in chosen] == [1, 3, 5, 2, 6, 0]


def read(path: Path) -> list[Any]:
    video, frames = cv2.VideoCapture(str(path)), []
    while (found := video.read())[0]:
        frames.append(found[1][..., ::-1])
    return frames


def test_a_video_holds_what_was_written(tmp_path: Path) -> None:
    shades = [np.full((49, 65, 3), (20 * k, 100, 200 - 20 * k), dtype=np.uint8) for k in range(8)]
    write(tmp_path / "it.mp4", shades, 4.0)
    frames = read(tmp_path / "it.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["it.mp4"]
    assert len(frames) == 8 + 4  # the last one stands for a second
    assert frames[0].shape == (48, 64, 3)
    for frame, shade in zip(frames, [*shades, *shades[-1:] * 4], strict=True):
        np.testing.assert_allclose(frame.mean(axis=(0, 1)), shade[0, 0], atol=6)


def test_a_video_that_a_full_disk_cut_short_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV goes on as if nothing were wrong."""
    encoder = cv2.VideoWriter

    class Full:
        fourcc = encoder.fourcc

        def __init__(self, path: str, *how: Any) -> None:
            self._path, self._encoder = Path(path), encoder(path, *how)
            self.isOpened, self.write = self._encoder.isOpened, self._encoder.write

        def release(self) -> None:
            self._encoder.release()
            self._path.write_bytes(self._path.read_bytes()[:500])

    monkeypatch.setattr(cv2, "VideoWriter", Full)
    with pytest.raises(InputError, match=r"it\.mp4: was cut short; is there room on its disk\?"):
        write(tmp_path / "it.mp4", [np.full((48, 64, 3), 90, np.uint8)] * 8, 4.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_video_shows_every_step(typed: Any, tmp_path: Path) -> None:
    assert typed("eval straight --suite SUITE --episodes 1 --workers 1 --out out --videos 1") == 0
    (path,) = (tmp_path / "out").glob("*.mp4")
    episode = json.loads((tmp_path / "out" / "straight.json").read_text())["per_episode"][0]
    assert len(read(path)) == round(episode["time_to_goal"] * 10) + 10  # and a second of the last picture
    assert f'src="{path.name}"' in (tmp_path / "out" / "report.html").read_text()


CASES = [
    ("eval zero --suite SUITE --layout cross_dock", "--layout: suite '"),
    ("eval zero --suite SUITE --seed 3", "--seed: suite '"),
    ("eval zero --suite tinny", "unknown suite 'tinny'"),
    ("eval zero --suite route-aws", "suite 'route-aws' needs the map 'aws_small_warehouse', which is not shipped"),
    ("eval zero --map room.map", "--map is for a --suite of imported maps"),
    ("eval zero --resume", "--resume needs --out, the folder"),
    ("eval zero --videos 2", "--videos needs --out, the folder"),
    ("eval zero zero --suite SUITE", "an agent is named twice: zero zero"),
    ("eval zero exprt --suite SUITE --workers 1 --episodes 1", "unknown agent 'exprt'"),
    ("eval zero --suite SUITE --variation wind", "unknown variation 'wind'"),
    ("eval zero --suite SUITE --variation blind --engine bulet --workers 1", "unknown engine 'bulet'"),
    ("suites tinny", "unknown suite 'tinny'"),
    ("suites --map hall.yaml", "--map: name the suites that these maps are for"),
]


def test_a_wrong_agent_is_told_before_the_first_drives(typed: Any, tmp_path: Path, capsys: Any) -> None:
    assert typed("eval zero expret --suite SUITE --workers 1 --out out") == 2
    assert capsys.readouterr().err.startswith("error: unknown agent 'expret'; did you mean 'expert'?")
    assert not (tmp_path / "out").exists()


def test_a_policy_of_another_task_is_told_before_the_first_drives(typed: Any, tmp_path: Path, capsys: Any) -> None:
    assert typed("eval zero dock --suite SUITE --workers 1 --out out") == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "dock.safetensors: trained on FactoryTwin/Dock-v0, whose observation space differs" in told
    assert not list((tmp_path / "out").iterdir())


def test_a_run_whose_curve_is_broken_is_told_before_the_first_drives(typed: Any, tmp_path: Path, capsys: Any) -> None:
    Run.create(tmp_path / "run", TrainConfig(env="FactoryTwin/RouteNav-v0", steps=1)).policy.write_bytes(
        reference.located("route_nav").read_bytes()
    )
    (tmp_path / "run" / "learning_curve.json").write_text("{}")
    assert typed("eval run --suite SUITE --workers 1 --out out") == 2
    assert capsys.readouterr().err.startswith("error: run/learning_curve.json: is no learning curve")
    assert not (tmp_path / "out").exists()


def test_what_fails_before_an_episode_has_ended_leaves_its_folder_free(typed: Any, tmp_path: Path) -> None:
    assert typed("eval dock --suite SUITE --workers 1 --out out") == 2
    assert not list((tmp_path / "out").iterdir())
    assert typed("eval zero --suite SUITE --workers 1 --out out") == 0


@pytest.mark.parametrize(("text", "message"), CASES, ids=[text for text, _ in CASES])
def test_one_clear_line(typed: Any, text: str, message: str, capsys: Any) -> None:
    assert typed(text) == 2
    error = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("evaluating ")]
    assert len(error) == 1
    assert error[0].startswith(f"error: {message}") or message in error[0]


def test_a_layout_without_room_for_the_robot(full_suite: str, capsys: Any) -> None:
    assert cli.main(["eval", "zero", "--suite", full_suite, "--workers", "1"]) == 2
    assert "error: layout 'full' has no room for robot 'amr', whose radius is 0.50 m" in capsys.readouterr().err


def test_suites_are_listed_and_checked(typed: Any, suite: str, capsys: Any) -> None:
    assert typed("suites") == 0
    assert "route-generated-200 " in capsys.readouterr().out
    assert typed("suites SUITE") == 0
    assert "not recorded" in capsys.readouterr().out
    assert typed("suites SUITE --record") == 0
    assert typed("suites SUITE") == 0
    assert "as recorded" in capsys.readouterr().out
    path = Path(suite)
    path.write_text(path.read_text().replace("first_seed: 40", "first_seed: 41"))
    assert typed("suites SUITE") == 1
    assert "differs" in capsys.readouterr().out
    assert typed("eval zero --suite SUITE") == 2
    assert "error: suite 'tiny': its digest is" in capsys.readouterr().err


def test_a_process_that_dies_is_reported_in_one_line(suite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.evaluation import run

    case = open_suite(suite).cases()[0]
    monkeypatch.setattr(run, "share", lambda *_: [f"worker 0 was killed by SIGKILL at {(case,)}"])
    message = (
        r"worker 0 was killed by SIGKILL at \(Case\(seed=40\),\): 4 episodes were not driven, the first with seed 40"
    )
    with pytest.raises(TwinError, match=message):
        drive(session(suite, "zero"))
