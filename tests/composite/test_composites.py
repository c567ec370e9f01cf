"""Composites: real pixels stay real, labels are exact, light and shadow are the photo's."""

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from rendered_photos import HEIGHT, WIDTH

from training.commands import check as check_command
from training.composite import compose, look
from training.composite import photos as photo_files
from training.composite.about import About
from training.composite.asked import Compositing
from training.composite.compose import Backdrop, backdrop, composite, cut
from training.composite.view import view_of
from training.composite.write import write
from training.dataset import Dataset
from training.dataset.schema import DEPTH, INSTANCE, RGB, SEMANTIC
from training.derive import lineage
from twin import rendering
from twin.taxonomy import class_id

CAMERA = "photo"


def image(dataset: Dataset, frame: int, name: str) -> np.ndarray:
    return np.asarray(dataset[frame][dataset.cameras[CAMERA].array(name)])


def ready(photos: Path, name: str = "hall", **said: object) -> Backdrop:
    photo = photo_files.load(photos / f"{name}.png")
    about = About.model_validate(said)
    return backdrop(photo, about, view_of(photo, about), None, photo.size)


def test_the_dataset_is_sound_and_says_where_it_comes_from(made: Path, photos: Path) -> None:
    assert check_command.run(check_command.Args(str(made))) == 0
    dataset = Dataset(made)
    assert dataset.meta.licence == "CC-BY-4.0"
    assert dataset.batch(range(len(dataset)), "contains_real_pixels")["contains_real_pixels"].all()
    assert not dataset.batch(range(len(dataset)), "redacted")["redacted"].any()
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in photos.glob("*.png")}
    operation = lineage.as_json(dataset)["operation"]
    assert operation["name"] == "composite"
    assert operation["arguments"]["photos"] == digests
    for record in dataset.records():
        source = record.draws["photo"]
        assert isinstance(source, dict)
        assert digests[str(source["file"])] == source["sha256"]
        assert str(photos) not in record.model_dump_json()
    assert str(photos) not in dataset.meta.model_dump_json()


def test_frames_of_one_photo_are_one_group(made: Path) -> None:
    records = list(Dataset(made).records())
    assert len(records) == 4
    assert len({record.group for record in records}) == 2
    assert len({(record.layout, record.group, record.split) for record in records}) == 2


def test_labels_are_those_of_the_stored_scene_alone(made: Path) -> None:
    dataset = Dataset(made)
    for k in range(dataset.episodes):
        scene, ids = dataset.scene(k), image(dataset, k, INSTANCE)
        given = dataset.label_input(k, CAMERA)
        with rendering.create(scene, quality="fast") as renderer:
            drawn = renderer.render(given.poses, given.camera)
        np.testing.assert_array_equal(drawn.instance, ids)
        np.testing.assert_array_equal(image(dataset, k, DEPTH) > 0, ids > 0)
        classes = {i.id: class_id(i.class_name) for i in scene.instances}
        assert {int(i) for i in np.unique(ids)} - {0} <= set(classes)
        for ident, number in classes.items():
            assert (image(dataset, k, SEMANTIC)[ids == ident] == number).all()


def test_what_neither_object_nor_shadow_reaches_is_the_photo_bit_for_bit(made: Path, photos: Path) -> None:
    dataset = Dataset(made)
    for k in range(dataset.episodes):
        photo = photo_files.load(photos / dataset.record(k).layout).rgb
        rgb, ids = image(dataset, k, RGB), image(dataset, k, INSTANCE)
        changed = (rgb != photo).any(axis=2)
        assert changed[ids > 0].mean() > 0.95
        assert (~changed).mean() > 0.3
        above = np.flatnonzero((ids > 0).any(axis=1))[0] - 8
        assert not changed[: max(0, above)].any()


def test_the_same_seed_makes_the_same_bytes_whatever_else_is_in_the_folder(
    asked: Compositing, made: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "hall.png").write_bytes((asked.photos / "hall.png").read_bytes())
    again = write(replace(asked, photos=alone), tmp_path / "again.zarr").dataset
    first = Dataset(made)
    positions = [k for k in range(first.episodes) if first.record(k).layout == "hall.png"]
    for mine, theirs in enumerate(positions):
        for name in (RGB, DEPTH, INSTANCE):
            np.testing.assert_array_equal(image(again, mine, name), image(first, theirs, name))
    other = write(replace(asked, photos=alone, seed=6), tmp_path / "other.zarr").dataset
    assert other.record(0).draws["objects"] != again.record(0).draws["objects"]


def test_things_are_as_large_as_the_camera_height_says(photos: Path) -> None:
    """The same place in the image is twice as far from a camera that is twice as high, and things half as large."""
    heights = []
    for above in (1.0, 2.0):
        given = ready(photos, horizon=0.32, camera_height=above, fov=1.0)
        spot = given.view.ground([180.0, 190.0])
        foot, head = given.view.pixel([*spot, 0.0]), given.view.pixel([*spot, 1.0])
        heights.append(foot[1] - head[1])
    assert heights[0] == pytest.approx(2 * heights[1], rel=0.08)  # not exactly: the camera looks down


def test_objects_stand_on_floor_that_is_free_and_apart(photos: Path) -> None:
    given = ready(photos, floor=[[0.3, 0.6], [0.9, 0.6], [0.95, 1.0], [0.2, 1.0]])
    found = [composite(given, compose_kinds(), 3, np.random.default_rng(seed)) for seed in range(2)]
    for one in found:
        assert one is not None
        outlines = [place.outline for place in one.places]
        assert all(a.disjoint(b) for i, a in enumerate(outlines) for b in outlines[:i])
        for outline in outlines:
            pixels = given.view.pixel([[*xy, 0.0] for xy in outline.exterior.coords])
            kept = pixels[(pixels >= 0).all(axis=1) & (pixels < (WIDTH, HEIGHT)).all(axis=1)].astype(int)
            assert given.floor[kept[:, 1], kept[:, 0]].mean() > 0.7


def compose_kinds() -> tuple[str, ...]:
    return ("carton", "small_load_carrier", "pallet")


def test_a_mask_stands_before_what_is_put_in(photos: Path) -> None:
    plain = ready(photos)
    whole = composite(plain, ("stillage",), 1, np.random.default_rng(3))
    assert whole is not None
    columns = np.flatnonzero((whole.frame.instance > 0).any(axis=0))
    before = np.zeros(plain.floor.shape, np.float32)
    before[:, : int(columns.mean())] = 1
    masked = replace(plain, before=before)
    hidden = composite(masked, ("stillage",), 1, np.random.default_rng(3))
    assert hidden is not None
    assert hidden.scene == whole.scene
    np.testing.assert_array_equal(hidden.frame.instance, np.where(before > 0, 0, whole.frame.instance))
    assert not hidden.frame.depth[before > 0].any()
    np.testing.assert_array_equal(hidden.frame.rgb[before > 0], plain.rgb[before > 0])
    right = (before == 0) & (whole.frame.instance > 0)
    assert np.abs(hidden.frame.rgb[right].astype(int) - whole.frame.rgb[right]).mean() < 1


def test_where_a_thing_stands_the_floor_is_darker_and_nowhere_brighter(photos: Path) -> None:
    given = ready(photos, floor=[[0.45, 0.7], [0.8, 0.7], [0.9, 1.0], [0.4, 1.0]])
    quiet = replace(given, look=replace(given.look, noise=0.0))
    one = composite(quiet, ("carton",), 1, np.random.default_rng(8))
    assert one is not None
    ids = one.frame.instance > 0
    rows, columns = np.nonzero(ids)
    difference = one.frame.rgb.astype(int) - given.rgb
    inner, outer = (cv2.dilate(ids.astype(np.uint8), np.ones((n, n), np.uint8)) > 0 for n in (5, 9))
    near = outer & ~inner & given.floor
    near[: (rows.min() + rows.max()) // 2] = False
    assert difference[near].mean() < -3
    assert difference[near].min() < -10
    away = np.ones_like(ids)
    away[max(0, rows.min() - 10) : rows.max() + 11, max(0, columns.min() - 10) : columns.max() + 11] = False
    assert difference[away].max() <= 0


def test_light_is_the_photos(photos: Path) -> None:
    given = ready(photos)

    def mean(scaled: Backdrop) -> np.ndarray:
        one = composite(scaled, ("carton",), 1, np.random.default_rng(8))
        assert one is not None
        return np.asarray(one.frame.rgb[one.frame.instance > 0].mean(axis=0))

    def seen(rgb: np.ndarray) -> Backdrop:
        light = look.estimate(rgb, given.view, given.floor)
        return replace(given, rgb=rgb, look=light)

    usual = mean(given)
    assert mean(seen((given.rgb * 0.5).astype(np.uint8))).mean() < 0.75 * usual.mean()
    red = mean(seen((given.rgb * [1.0, 0.8, 0.6]).astype(np.uint8)))
    assert red[0] / red[2] > 1.1 * usual[0] / usual[2]
    grey = np.repeat(given.rgb[..., 1:2], 3, axis=2)
    one = composite(seen(grey), ("small_load_carrier",), 1, np.random.default_rng(8))
    assert one is not None
    assert (np.ptp(one.frame.rgb, axis=2) == 0).all()


def test_things_in_a_dark_part_of_the_hall_are_darker(photos: Path) -> None:
    given = ready(photos, floor=[[0.45, 0.7], [0.8, 0.7], [0.9, 1.0], [0.4, 1.0]])
    usual = composite(given, ("carton",), 1, np.random.default_rng(8))
    assert usual is not None
    dark = given.rgb.copy()
    rows = np.flatnonzero((usual.frame.instance > 0).any(axis=1))
    dark[rows[-1] - 10 :] //= 2
    shaded = composite(replace(given, rgb=dark), ("carton",), 1, np.random.default_rng(8))
    assert shaded is not None
    top = np.zeros_like(given.floor)
    top[: rows[-1] - 10] = True
    shown = top & (usual.frame.instance > 0)
    assert shaded.frame.rgb[shown].mean() < 0.8 * usual.frame.rgb[shown].mean()


def test_noise_and_sharpness_are_measured() -> None:
    rng = np.random.default_rng(0)
    board = np.kron(rng.uniform(40, 215, (8, 12)), np.ones((40, 40)))
    sharp = np.repeat(board[..., None], 3, axis=2)
    previous = 0.0
    for sigma in (0.8, 1.5, 2.5):
        soft = cv2.GaussianBlur(sharp, (0, 0), sigma)
        measured = look._blur(np.asarray(soft, np.uint8))
        assert measured == pytest.approx(sigma, rel=0.3)
        assert measured > previous
        previous = measured
    for sigma in (2.0, 6.0):
        noisy = np.clip(sharp + rng.normal(0, sigma, sharp.shape), 0, 255).astype(np.uint8)
        assert look._noise(noisy) == pytest.approx(sigma, rel=0.35)


def test_photos_of_another_shape_are_cut_about_their_middle() -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 150:250] = 255
    assert cut(wide, (100, 100)).min() == 255
    assert cut(wide, (200, 50)).shape == (50, 200, 3)


def test_rendered_again_nothing_of_the_photo_is_left_and_no_frame_says_so(made: Path, tmp_path: Path) -> None:
    from training.derive.rerender import Rerendering, rerender

    again = rerender(Rerendering(made, tmp_path / "again.zarr"))
    assert not again.batch(range(len(again)), "contains_real_pixels")["contains_real_pixels"].any()
    np.testing.assert_array_equal(image(again, 0, INSTANCE), image(Dataset(made), 0, INSTANCE))
    assert not np.array_equal(image(again, 0, RGB), image(Dataset(made), 0, RGB))


def test_finer_pixels_are_averaged_without_what_is_behind_them() -> None:
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[0, 0] = 255
    covered = np.array([[True, False], [False, False]])
    drawn = compose.blend.reduced(rgb, covered, 2, 0.3)
    assert drawn.cover[0, 0] == 0.25
    np.testing.assert_allclose(drawn.light[0, 0], 0.25)


def test_regions_of_a_photo_are_redacted_before_anything_is_put_in(photos: Path, tmp_path: Path) -> None:
    there = tmp_path / "photos"
    (there / "redact").mkdir(parents=True)
    original = (photos / "hall.png").read_bytes()
    (there / "hall.png").write_bytes(original)
    (there / "hall.yaml").write_text("redact: [[0.0, 0.0, 0.2, 0.2]]\n")
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:48, 288:] = 255
    Image.fromarray(mask).save(there / "redact" / "hall.png")
    dataset = write(Compositing(there, least=1, most=1, redact="fill"), tmp_path / "made.zarr").dataset
    assert dataset[0]["redacted"]
    assert dataset.record(0).draws["redacted"] == "fill"
    assert dataset.record(0).draws["said"] == {"redact": [[0.0, 0.0, 0.2, 0.2]]}
    rgb = image(dataset, 0, RGB)
    for corner in (rgb[:48, :72], rgb[:48, 288:]):
        assert len(np.unique(corner.reshape(-1, 3), axis=0)) == 1
    assert (there / "hall.png").read_bytes() == original


def test_real_photos_can_be_used(tmp_path: Path) -> None:
    sheet = Path(__file__).parents[2].parent / "shared" / "data" / "photos" / "loco_sample_images.png"
    if not sheet.is_file():
        pytest.skip("the sample photos are not here")
    (tmp_path / "photos").mkdir()
    with Image.open(sheet) as picture:
        picture.convert("RGB").crop((235, 33, 451, 194)).save(tmp_path / "photos" / "loco.png")
    made = write(Compositing(tmp_path / "photos", least=1, most=1, size=(432, 322)), tmp_path / "made.zarr")
    assert made.dataset.record(0).boxes
