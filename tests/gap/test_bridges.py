"""Bridges bring pictures nearer to a target, leave geometry alone, and are remembered."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from plain_pictures import Rgb, dusk, folder_of, scene

from training import cli
from training.dataset import Dataset
from training.dataset.schema import RGB
from training.derive.augment import augment
from training.derive.bridges import Bridge, bridges, parsed
from training.derive.bridging import Bridging
from training.gap import measure
from training.pictures import opened
from twin.errors import InputError, TwinError

IMAGES = "cameras/robot_camera/" + RGB


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("target") / "dusk", 24, 1, dusk)


def distances(dataset: Path | Dataset, target: Path) -> dict[str, float]:
    gap = measure(opened(dataset), opened(target), frames=24)
    return {one.name: one.distance.estimate.value for one in gap.measured}


@pytest.fixture(scope="module")
def unbridged(recorded: Path, target: Path) -> dict[str, float]:
    return distances(recorded, target)


@pytest.mark.parametrize("name", sorted(bridges()))
def test_bridged_is_closer_than_unbridged(
    name: str, recorded: Path, unbridged: dict[str, float], target: Path, tmp_path: Path
) -> None:
    bridged = augment(Dataset(recorded), tmp_path / "bridged", [], bridging=Bridging(name, target))
    after = distances(bridged, target)
    assert after["random_feature_kid"] < 0.7 * unbridged["random_feature_kid"]
    assert after["colour"] < 0.6 * unbridged["colour"]


def test_bridged_is_closer_to_real_photographs(recorded: Path, tmp_path: Path) -> None:
    """The photographs in a figure of the LOCO paper."""
    figure = Path(__file__).parents[2].parent / "shared" / "data" / "photos" / "loco_sample_images.png"
    if not figure.exists():
        pytest.skip("the figure is not here")
    (tmp_path / "loco").mkdir()
    with Image.open(figure) as whole:
        for x, y in ((x, y) for x in range(11, 1136, 225) for y in (34, 205, 375)):
            whole.convert("RGB").crop((x, y, x + 213, y + 159)).save(tmp_path / "loco" / f"{x}_{y}.jpg")
    before = measure(opened(recorded), opened(tmp_path / "loco"), frames=24)
    assert before.kid.apart
    assert not any(one.name == "classes" for one in before.measured)
    bridged = augment(Dataset(recorded), tmp_path / "b", [], bridging=Bridging("reinhard", tmp_path / "loco"))
    assert distances(bridged, tmp_path / "loco")["random_feature_kid"] < 0.5 * before.kid.distance.estimate.value


@pytest.mark.parametrize("name", sorted(bridges()))
def test_a_picture_that_meets_itself_stays_what_it_is(name: str) -> None:
    rgb = scene(np.random.default_rng(0))
    rng = np.random.default_rng(0)
    assert np.abs(parsed(name)(rgb, rgb, rng).astype(int) - rgb).max() <= 1
    other = dusk(scene(np.random.default_rng(1)))
    half, whole = parsed(f"{name}:strength=0.5"), parsed(name)
    assert isinstance(whole, Bridge)
    there = np.clip((rgb + whole.crossed(rgb, other)) / 2, 0, 255)
    np.testing.assert_allclose(half(rgb, other, rng), there, atol=0.51)


def test_histogram_and_reinhard_take_what_they_say_from_a_target_of_any_size() -> None:
    import cv2

    rgb, target = scene(np.random.default_rng(0)), dusk(scene(np.random.default_rng(1), (30, 90)))
    rng = np.random.default_rng(0)
    shares = np.linspace(0.05, 0.95, 10)
    matched = parsed("histogram")(rgb, target, rng)
    for channel in range(3):
        ours, theirs = (np.quantile(one[..., channel], shares) for one in (matched, target))
        assert np.abs(ours - theirs).mean() <= 4  # ties cannot be split
    lab = [
        cv2.cvtColor(np.float32(one) / np.float32(255), cv2.COLOR_RGB2LAB).reshape(-1, 3)
        for one in (parsed("reinhard")(rgb, target, rng), target)
    ]
    np.testing.assert_allclose(lab[0].mean(axis=0), lab[1].mean(axis=0), atol=3)
    assert parsed("fda")(rgb, target, rng).shape == rgb.shape


def test_fda_keeps_phases_and_swaps_low_amplitudes() -> None:
    rng = np.random.default_rng(0)
    rgb, target = (rng.integers(100, 156, (32, 32, 3), dtype=np.uint8) for _ in range(2))  # nothing is clipped
    ours, theirs, made = (
        np.fft.fft2(one.astype(float), axes=(0, 1))[:, :, 0] for one in (rgb, target, parsed("fda")(rgb, target, rng))
    )
    low = np.ix_(*[[-1, 0, 1]] * 2)
    np.testing.assert_allclose(np.abs(made[low]), np.abs(theirs[low]), atol=40)  # rounding to bytes
    assert np.abs(made[5:27] - ours[5:27]).max() < 40
    assert np.abs(np.abs(made[low]) - np.abs(ours[low])).max() > 100


def test_labels_stay_and_lineage_names_target_and_draws_are_repeated(
    recorded: Path, target: Path, tmp_path: Path
) -> None:
    parent = Dataset(recorded)
    made = [
        augment(parent, tmp_path / f"{k}", ["noise"], seed, bridging=Bridging("fda:beta=0.05", target))
        for k, seed in enumerate((1, 1, 2))
    ]
    assert made[0].digest() == made[1].digest() != made[2].digest()
    assert made[0].meta.parents == (parent.digest(),)
    assert made[0].meta.operation is not None
    assert made[0].meta.operation.arguments == {
        "apply": ["noise"],
        "seed": 1,
        "bridge": "fda:beta=0.05",
        "target": "dusk",
        "target_pictures": 24,
        "target_digest": opened(target).digest(),
    }
    for name in parent.arrays:
        same = np.array_equal(parent.batch(range(8), name)[name], made[0].batch(range(8), name)[name], equal_nan=False)
        assert same == (name != IMAGES) or name == "poses", name
    first, second = (augment(parent, tmp_path / s, [], bridging=Bridging("histogram", target)) for s in "ab")
    assert first.digest() == second.digest()


def test_different_frames_meet_different_pictures(recorded: Path, target: Path, tmp_path: Path) -> None:
    met = set[bytes]()

    def own(rgb: Rgb, picture: Rgb, rng: np.random.Generator) -> Rgb:
        met.add(picture.tobytes())
        picture[:] = 0  # what a bridge does to its arguments is its own affair
        rgb[:] = 7
        return rgb

    made = augment(Dataset(recorded), tmp_path / "own", [], bridging=Bridging(own, target))
    assert len(met) > 10
    assert b"\0" * (48 * 64 * 3) not in met
    assert (made.batch([0], IMAGES)[IMAGES] == 7).all()
    assert made.meta.operation is not None
    assert "own" in str(made.meta.operation.arguments["bridge"])


def test_a_bridge_of_ones_own_is_imported_when_it_is_named(
    recorded: Path, target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    style = tmp_path / "style.py"
    style.write_text("def gray(rgb, target, rng):\n    return rgb // 2 + rng.integers(0, 9, dtype='uint8')\n")
    command = ["augment", str(recorded), "--bridge", f"{style}:gray", "--target", str(target)]
    assert cli.main([*command, "--out", str(tmp_path / "made")]) == 0
    made = Dataset(tmp_path / "made")
    before, after = (one.batch([3], IMAGES)[IMAGES].astype(int) for one in (Dataset(recorded), made))
    assert len(np.unique(after - before // 2)) == 1  # no effect besides
    for text, message in (
        ("def gray(rgb, target, rng):\n    return rgb[:9]", "should return uint8 (48, 64, 3), not uint8 (9, 64, 3)"),
        ("def gray(rgb, target, rng):\n    return None", "should return uint8 (48, 64, 3), not NoneType"),
        ("def gray(rgb, target, rng):\n    return 1 / 0", "failed: ZeroDivisionError: division by zero"),
        ("def grey(rgb, target, rng): ...", f"{style} has no function 'gray'"),
        ("import no_such_thing", "cannot be imported: ModuleNotFoundError"),
    ):
        style.write_text(text)
        assert cli.main([*command, "--out", str(tmp_path / "no")]) == 2
        error = capsys.readouterr().err.strip()
        assert message in error
        assert error.splitlines()[-1].startswith("error: ")
        assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("histgram", "unknown bridge 'histgram'; did you mean 'histogram'? allowed: fda, histogram, reinhard"),
        ("fda:bta=1", "bridge 'fda': unknown parameter 'bta'; did you mean 'beta'?"),
        ("fda:beta=2", "fda: beta: Input should be less than or equal to 0.5"),
        ("fda:beta=nan", "fda: beta: Input should be a finite number"),
        ("reinhard:strength=0", "reinhard: strength: Input should be greater than 0"),
        ("nowhere_at_all:f", "nowhere_at_all cannot be imported: ModuleNotFoundError"),
        ("nowhere.py:f", "nowhere.py: there is no such file"),
        ("json:nothing", "json has no function 'nothing'"),
    ],
)
def test_bridges_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(TwinError) as caught:
        parsed(text)
    assert message in str(caught.value)


def test_nothing_is_imported_for_a_shipped_bridge() -> None:
    before = set(sys.modules)
    parsed("fda:beta=0.05")
    assert not [name for name in set(sys.modules) - before if not name.startswith(("training.", "twin."))]


def test_bridge_and_target_need_each_other(
    recorded: Path, target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for flags in (["--bridge", "fda"], ["--target", str(target)]):
        assert cli.main(["augment", str(recorded), "--out", str(tmp_path / "x"), *flags]) == 2
        assert "--bridge and --target need each other" in capsys.readouterr().err
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "1.png").write_text("no image")
    with pytest.raises(InputError, match=r"1\.png: is not a JPEG, PNG, WebP or BMP image"):
        augment(Dataset(recorded), tmp_path / "x", [], bridging=Bridging("fda", tmp_path / "broken"))
    assert not (tmp_path / "x").exists()
