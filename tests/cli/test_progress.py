"""The progress bar's words, away from a terminal."""

import pytest

from training.progress import Bar, progress


def test_what_a_bar_says() -> None:
    now = [0.0]
    bar = Bar(100, "episodes", clock=lambda: now[0])
    assert bar.describe() == "0/100 episodes, 0/s, 0:00:00 so far"
    now[0] = 10.0
    bar.advance(40, note="success 0.95")
    assert bar.describe() == "40/100 episodes, 4/s, 0:00:15 left, success 0.95"
    bar.update(100)
    assert bar.describe() == "100/100 episodes, 10/s, 0:00:10 so far, success 0.95"


def test_an_unknown_end() -> None:
    now = [0.0]
    bar = Bar(None, "frames", clock=lambda: now[0])
    now[0] = 2.0
    bar.advance()
    assert bar.describe() == "1 frames, 0.5/s, 0:00:02 so far"


def test_without_a_terminal_one_plain_line_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("training", total=3) as bar:
        for _ in range(3):
            bar.advance()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("training: 3/3 steps, ")
    assert err.count("\n") == 1


def test_an_interrupted_job_still_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), progress("training", total=3) as bar:
        bar.advance()
        raise KeyboardInterrupt
    assert capsys.readouterr().err.startswith("training: 1/3 steps, ")


def test_the_end_is_told_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.progress.LINE_EVERY", 0.0)
    with progress("training", total=2) as bar:
        bar.advance()
        bar.advance(note="success 1.00")
    assert [line.partition(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "training: 1/2 steps",
        "training: 2/2 steps",
    ]
