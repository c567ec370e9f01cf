"""What is alike is not told apart, what differs is, in what it differs and in nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from plain_pictures import Rgb, dusk, folder_of, scene

from training import cli
from training.dataset import Dataset
from training.derive.rerender import Rerendering, rerender
from training.gap import Gap, distances, measure
from training.gap import sides as gap_sides
from training.gap.distances import Samples, corrected
from training.gap.random_features import features
from training.gap.sides import BLOCKS, Frame, blocks, sides
from training.gap.statistics import statistics
from training.pictures import opened
from training.pictures.recorded import Recorded
from twin.errors import InputError


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("plain") / "a", 32, 0)


def found(gap: Gap, name: str) -> "distances.Distance":
    return next(one.distance for one in gap.measured if one.name == name)


def noisy(rgb: Rgb) -> Rgb:
    rng = np.random.default_rng(int(rgb.sum()))
    return np.clip(rgb + rng.normal(0, 12, rgb.shape), 0, 255).astype(np.uint8)


def soft(rgb: Rgb) -> Rgb:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2.0), np.uint8)


def upside_down(rgb: Rgb) -> Rgb:
    return rgb[::-1]


def test_two_halves_of_one_kind_are_not_told_apart(plain: Path, tmp_path: Path) -> None:
    gap = measure(opened(plain), opened(folder_of(tmp_path / "b", 32, 1)))
    assert not any(one.apart for one in gap.measured)
    for one in gap.measured:
        estimate = one.distance.estimate
        assert estimate.low <= 0 <= estimate.high
        assert one.p > 0.05
        assert one.sentence == f"No difference in {one.title} that chance would not explain."


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        (dusk, "colour", "A is lighter than B"),
        (noisy, "noise", "A is cleaner than B"),
        (soft, "sharpness", "A is sharper than B"),
        (soft, "spectrum", "A is richer in fine detail than B"),
        (upside_down, "edges", "A has fewer edges than B at the upper middle"),
    ],
)
def test_what_was_changed_is_what_differs(
    change: Callable[[Rgb], Rgb], name: str, words: str, plain: Path, tmp_path: Path
) -> None:
    gap = measure(opened(plain), opened(folder_of(tmp_path / "b", 32, 1, change)))
    assert gap.kid.apart
    assert gap.measured[0] is gap.kid
    changed = next(one for one in gap.measured if one.name == name)
    assert changed.apart
    assert changed.sentence.startswith(words)
    assert changed.distance.estimate.low > changed.distance.zero.value
    if change is dusk:
        assert all(not one.apart for one in gap.measured if one.name == "edges")
    if change is upside_down:
        assert all(not one.apart for one in gap.measured if one.name in {"colour", "noise", "sharpness", "spectrum"})


def test_fast_and_full_quality_are_clearly_apart_and_halves_are_not(recorded: Path, tmp_path: Path) -> None:
    full = rerender(Rerendering(recorded, tmp_path / "full", quality="full"))
    fast = rerender(Rerendering(recorded, tmp_path / "fast", quality="fast"))
    gap = measure(opened(fast), opened(full))
    assert found(gap, "noise").p < 0.01
    assert sum(one.apart for one in gap.measured) >= 2
    labels = [one for one in gap.measured if one.name in {"classes", "sizes", "places"}]
    assert len(labels) == 3
    assert not any(one.apart for one in labels)  # the same things in the same places
    half = Recorded(Dataset(recorded).filter(every=2))
    assert 2 * len(half) <= len(opened(recorded)) + 4
    assert not any(one.apart for one in measure(half, opened(recorded)).measured)


def test_p_is_fair_where_frames_come_in_runs_of_neighbours() -> None:
    """Frames of an episode are alike. Drawn one by one, they would nearly always look like two kinds."""
    rng = np.random.default_rng(0)
    lied = {True: 0, False: 0}
    groups = np.repeat(np.arange(12), 4)
    for _ in range(16):
        values = np.repeat(rng.normal(size=(2, 12)), 4, axis=1).ravel() + rng.normal(0, 0.05, 96)
        kernel = -np.abs(values[:, None] - values[None, :])
        for as_runs in lied:
            of_one = groups if as_runs else np.arange(48)
            lied[as_runs] += Samples(kernel, [of_one, of_one], relative=True).distance().p <= 0.05
    assert lied[True] <= 3  # 1 expected
    assert lied[False] >= 6


def test_distances_are_what_the_formula_says() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(9, 5)), rng.normal(0.3, 1, size=(11, 5))
    rows = np.concatenate([x, y])
    kid = statistics()["random_feature_kid"]
    ours = Samples(kid.kernel(rows), [np.arange(9), np.arange(11)], relative=False).distance().estimate.value

    def mean(a: "np.ndarray", b: "np.ndarray", *, same: bool) -> float:
        values = [(p @ q / 5 + 1) ** 3 for i, p in enumerate(a) for j, q in enumerate(b) if not (same and i == j)]
        return float(np.mean(values))

    assert ours == pytest.approx(mean(x, x, same=True) + mean(y, y, same=True) - 2 * mean(x, y, same=False))
    energy = Samples(statistics()["colour"].kernel(rows), [np.arange(9), np.arange(11)], relative=True)
    across = np.mean([np.linalg.norm(p - q) for p in x for q in y])
    within = [np.linalg.norm(p[:, None] - p[None], axis=2).sum() / len(p) / (len(p) - 1) for p in (x, y)]
    assert energy.distance().estimate.value == pytest.approx((2 * across - sum(within)) / (2 * across))


def test_two_constants_have_nothing_in_common_and_one_has_no_distance() -> None:
    for second, expected in ((1.0, 1.0), (0.0, 0.0)):
        values = np.repeat([0.0, second], 10)
        kernel = -np.abs(values[:, None] - values[None, :])
        distance = Samples(kernel, [np.arange(10), np.arange(10)], relative=True).distance()
        assert distance.estimate.value == distance.estimate.low == expected
        assert (distance.p < 0.01) == bool(second)


def test_holms_correction() -> None:
    assert corrected({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert corrected({"a": 0.9, "b": 0.8}) == {"b": 1.0, "a": 1.0}


def test_blocks_are_groups_or_their_stretches() -> None:
    assert blocks(["a"] * 200).max() + 1 == pytest.approx(BLOCKS, abs=2)
    many = blocks([str(k // 3) for k in range(90)])
    assert many.max() == 29
    mixed = blocks(["a"] * 10 + ["b"] * 50 + ["a"] * 10)
    assert not set(mixed[:10]) & set(mixed[10:60])
    assert sorted(set(mixed)) == list(range(mixed.max() + 1))


def test_the_network_is_always_the_same_and_a_frame_has_its_features_whatever_it_stands_beside() -> None:
    rng = np.random.default_rng(0)
    rgb = [scene(rng), scene(rng, (50, 70)), scene(rng)]
    together = features(rgb)
    assert together.shape == (3, 384)
    np.testing.assert_allclose(features(rgb[2:])[0], together[2], atol=1e-4)
    np.testing.assert_allclose(together[0, :3], [-0.609, -0.332, 0.085], atol=2e-3)


@pytest.mark.parametrize("deviation", [2.0, 6.0, 15.0])
def test_noise_is_estimated_beside_edges(deviation: float) -> None:
    rng = np.random.default_rng(0)
    picture = np.full((96, 96), 90.0)
    picture[20:50, 30:80] = 160
    seen = np.clip(np.rint(picture + rng.normal(0, deviation, picture.shape)), 0, 255).astype(np.uint8)
    frame = Frame(0, np.repeat(seen[..., None], 3, axis=2), None)
    assert statistics()["noise"].describe([frame])[0, 0] == pytest.approx(deviation, rel=0.12)


def test_photographs_of_pink_noise_have_a_slope_of_minus_two() -> None:
    from training.gap.random_features import _noises

    slopes = [statistics()["spectrum"].describe([Frame(0, rgb, None)])[0, 0] for rgb in list(_noises())[:20]]
    assert np.mean(slopes) == pytest.approx(-2, abs=0.2)


def test_sides_are_compared_at_the_size_of_the_smallest_picture(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    for k in range(10):
        Image.fromarray(scene(np.random.default_rng(k), (200, 300))).save(tmp_path / "large" / f"{k}.jpg")
    small, large = sides([opened(plain), opened(tmp_path / "large")], 16, 128)
    assert len(small) == 16
    assert {frame.rgb.shape for frame in large.frames} == {(48, 72, 3)}
    assert {frame.rgb.shape for frame in small.frames} == {(48, 64, 3)}


def test_the_furthest_frames_are_those_that_were_put_in(plain: Path, tmp_path: Path) -> None:
    odd = folder_of(tmp_path / "odd", 30, 3)
    for k in (4, 17):
        Image.fromarray(np.full((48, 64, 3), (255, 0, 255), np.uint8)).save(odd / f"{k}.png")
    gap = measure(opened(odd), opened(plain))
    titles = [gap.a.pictures.title(gap.a.frames[i].index) for i in gap.furthest[0]]
    assert set(titles[:2]) == {"4.png", "17.png"}
    assert len(gap.furthest[1]) == 6


def test_the_command_prints_writes_and_repeats_itself(
    recorded: Path, plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(name: str) -> str:
        flags = ["--json", str(tmp_path / f"{name}.json"), "--html", str(tmp_path / f"{name}.html"), "--frames", "24"]
        assert cli.main(["gap", str(recorded), str(plain), *flags]) == 0
        return capsys.readouterr().out

    out = typed("one")
    assert "random-feature KID" in out
    assert "FID" not in out.replace("KID", "")
    assert "A's pictures are of 4 episodes" not in out  # enough
    assert "Objects were not compared: labels are needed on both sides." in out
    assert typed("two").replace("two.html", "one.html") == out
    one = json.loads((tmp_path / "one.json").read_text())
    assert one == json.loads((tmp_path / "two.json").read_text())
    assert one["a"]["looked_at"] == 24
    assert set(one["statistics"]) == {"random_feature_kid", "colour", "sharpness", "spectrum", "noise", "edges"}
    text = (tmp_path / "one.html").read_text()
    assert text.count("<img") == 1 + 6 + 6
    assert "http" not in text.replace("http-equiv", "")
    assert "A and B are told apart" in text


def test_few_episodes_are_remarked(recorded: Path, plain: Path) -> None:
    two = Recorded(Dataset(recorded).filter(episode="0:1"))
    remark = "{}'s pictures are of 2 episodes: some of the gap may be what these happen to show."
    assert remark.format("A") in measure(two, opened(plain), frames=8).remarks
    assert remark.format("B") in measure(opened(plain), two, frames=8).remarks
    assert not any("happen to show" in r for r in measure(opened(plain), opened(plain), frames=8).remarks)


def test_what_cannot_be_compared_is_said_in_one_line(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = folder_of(tmp_path / "few", 7, 0)
    (tmp_path / "empty").mkdir()
    nothing = tmp_path / "nothing.yaml"
    nothing.write_text("name: nothing\n")
    broken = folder_of(tmp_path / "broken", 9, 0)
    (broken / "3.png").write_bytes(b"no picture")
    for arguments, message in (
        ([plain, few], "few: has 7 pictures; a gap can be told from chance with 8 or more"),
        ([plain, tmp_path / "empty"], "empty: holds no images"),
        ([plain, broken], "3.png: is not a JPEG, PNG, WebP or BMP image, whatever its name says"),
        ([plain], "twin gap compares two collections of pictures, A and B; 1 were named"),
        ([plain, plain, "--frames", "3"], "--frames 3: should be 8 to 2,000"),
        ([plain, plain, "--frames", "50000"], "--frames 50000: should be 8 to 2,000"),
        ([plain, plain, "--size", "100000"], "--size 100000: should be 16 to 2,048"),
        ([plain, plain, "--html", tmp_path / "no" / "page.html"], "there is no folder"),
        ([plain, tmp_path / "nowhere"], "nowhere: there is no such folder"),
        (["--ablate", "lookz", plain], "unknown scenario 'lookz'; did you mean 'looks'?"),
        (["--ablate", nothing, plain], "scenario 'nothing' randomizes nothing, so there is nothing to leave out"),
        (["--ablate", "looks", plain, plain], "--ablate SCENARIO TARGET compares with one target; 2 were named"),
        (["--ablate", "looks", plain, "--episodes", "0"], "--episodes 0: should be more than 0"),
    ):
        assert cli.main(["gap", *map(str, arguments)]) == 2
        error = capsys.readouterr().err.strip()
        assert message in error
        assert error.splitlines()[-1].startswith("error: ")
    with pytest.raises(InputError, match="few: has 7 pictures"):
        measure(opened(few), opened(plain))
    many = [opened(plain)] * 200
    with pytest.raises(InputError, match=r"--frames: 6,400 pictures in all are too many .*, at most 4,000"):
        sides(many, 32, 16)
    huge = [Image.new("1", (2000, 2000)).save(tmp_path / "empty" / f"{k}.png") for k in range(9)]
    with pytest.raises(InputError, match=r"--size 2000: 18 pictures of this size take 0\.2 GB, at most 0\.1"):
        monkeypatch.setattr(gap_sides, "MOST_BYTES", 100_000_000)
        measure(opened(tmp_path / "empty"), opened(tmp_path / "empty"), size=2000, frames=len(huge))
