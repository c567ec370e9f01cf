"""Labels of stored frames are those of the frames when they were drawn."""

from pathlib import Path

import numpy as np
import pytest

from training.dataset import Dataset
from training.dataset.cameras import millimetres
from training.dataset.schema import INSTANCE, SEMANTIC
from twin.errors import InputError, UnknownNameError
from twin.labels import LABELS, LabelInput, compute
from twin.rendering import create

CAMERA = "robot/camera"


def test_every_label_comes_from_the_log(recorded: Path) -> None:
    dataset = Dataset(recorded)
    for frame in range(0, len(dataset), 9):
        k, t = dataset.locate(frame)
        scene, poses = dataset.scene(k), dataset.episode(k)["poses"][t]
        last = t + 1 == dataset.index.lengths[k]
        after = None if last else dataset.episode(k)["poses"][t + 1]
        with create(scene) as renderer:
            camera = scene.camera(CAMERA)
            fresh = compute(LabelInput(renderer.render(poses, camera), scene, poses, camera, next_poses=after))
        stored = dataset.labels(frame, CAMERA)
        assert stored.keys() == fresh.keys() >= {name for name, label in LABELS.items() if not label.needs}
        for name, values in stored.items():
            if name == "normals":  # from depths in whole millimetres
                assert np.median(np.abs(values - fresh[name])) < 0.01
            elif name == "optical_flow":  # the camera has moved too
                np.testing.assert_allclose(values, fresh[name], atol=0.1, equal_nan=True)
                assert np.nanmax(np.abs(values)) > 0.2
            elif name.startswith("distance"):
                np.testing.assert_allclose(values, fresh[name], atol=2e-3, equal_nan=True)
            else:
                np.testing.assert_allclose(values, fresh[name], atol=1e-9, err_msg=name)


def test_stored_masks_are_the_labels(recorded: Path) -> None:
    dataset = Dataset(recorded)
    model = dataset.cameras[CAMERA]
    labels = dataset.labels(7, CAMERA, ("instance_segmentation", "semantic_segmentation"))
    np.testing.assert_array_equal(labels["instance_segmentation"], dataset[7][model.array(INSTANCE)])
    np.testing.assert_array_equal(labels["semantic_segmentation"], dataset[7][model.array(SEMANTIC)])


def test_labels_that_need_a_renderer_or_a_next_frame(recorded: Path) -> None:
    dataset = Dataset(recorded)
    with create(dataset.scene(0), quality="fast") as renderer:
        everything = dataset.labels(0, CAMERA, renderer=renderer)
        assert everything.keys() == LABELS.keys()
        assert ((everything["visib_fract"] > 0) & (everything["visib_fract"] <= 1)).all()
        assert len(dataset.caption(0, CAMERA, renderer)) >= len(dataset.caption(0, CAMERA))
        end = int(dataset.ends[0])
        assert LABELS.keys() - dataset.labels(end - 1, CAMERA, renderer=renderer).keys() == {"optical_flow"}
        with pytest.raises(InputError, match=r"another scene than that of frame \d+: .*create\(dataset.scene\(1\)\)"):
            dataset.labels(end, CAMERA, renderer=renderer)
    with pytest.raises(InputError, match=r"give a renderer of the scene, .* or Dataset.labels\(\.\.\., renderer="):
        dataset.labels(0, CAMERA, "occlusion")
    with pytest.raises(InputError, match=r"needs the next frame: .* last one has none"):
        dataset.labels(end - 1, CAMERA, "optical_flow")


def test_the_next_frame_is_the_next_one_shown(recorded: Path) -> None:
    dataset = Dataset(recorded)
    flow = dataset.labels(0, CAMERA, "optical_flow")["optical_flow"]
    farther = dataset.filter(every=3).labels(0, CAMERA, "optical_flow")["optical_flow"]
    assert np.nanmean(np.abs(farther)) > 1.5 * np.nanmean(np.abs(flow))


def test_one_name_may_be_given_as_it_is(recorded: Path) -> None:
    assert list(Dataset(recorded).labels(0, CAMERA, "instance_id")) == ["instance_id"]
    with pytest.raises(UnknownNameError, match="unknown label 'instanceid'; did you mean 'instance_id'"):
        Dataset(recorded).labels(0, CAMERA, "instanceid")


def test_an_unknown_label_is_named(recorded: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown label 'bounding_box'; did you mean 'bounding_box_"):
        Dataset(recorded).labels(0, CAMERA, ("bounding_box",))


def test_depth_is_rounded_to_millimetres_and_what_is_no_distance_is_zero() -> None:
    depth = np.array([[0.0, 1.2344, 1.2346, 65.535, 65.6, np.inf, np.nan, -1.0]], np.float32)
    assert millimetres(depth).tolist() == [[0, 1234, 1235, 65535, 0, 0, 0, 0]]


def test_a_caption_is_that_of_the_labels(recorded: Path) -> None:
    from twin.captions import caption

    dataset = Dataset(recorded)
    assert dataset.caption(7, CAMERA) == caption(dataset.label_input(7, CAMERA))
    assert dataset.caption(7, CAMERA)
