"""Learning on small rectangles: it learns, it repeats itself, it goes on where it stopped."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from rectangles import CLASSES, write
from training_runs import Silent

from training.dataset import Dataset
from training.perception.config import PerceptionConfig
from training.perception.evaluate import evaluate
from training.perception.frames import PerceptionFrames, collate
from training.perception.model import Model
from training.perception.run import Run
from training.perception.sources import source, start
from training.perception.train import Trainer, schedule, train
from training.policies import tensors
from twin.errors import DatasetError, InputError

SMALL = {"classes": CLASSES, "size": (64, 48), "widths": (8, 16, 16, 16), "batch": 4, "threads": 1, "split": ""}


def config(data: Path, **changes: object) -> PerceptionConfig:
    return PerceptionConfig(data=(source(str(data)),), **{**SMALL, "steps": 6, **changes})  # type: ignore[arg-type]


def learned(folder: Path, given: PerceptionConfig) -> Run:
    run = Run.create(folder, given)
    train(run, Silent())  # type: ignore[arg-type]
    return run


def test_a_tiny_network_learns_four_frames_by_heart(tmp_path: Path) -> None:
    data = write(tmp_path / "four.zarr", episodes=1, frames=4)
    model = Model.load(learned(tmp_path / "run", config(data, steps=220, mirror=False, val_split="")).path)
    scores = evaluate(model, PerceptionFrames([Dataset(data)], model.size, model.classes))
    assert scores.miou > 0.9
    assert scores.boxes.ap50 is not None
    assert scores.boxes.ap50 > 0.9
    assert scores.as_json()["images"] == scores.images == 4


def test_the_same_configuration_gives_the_same_bytes(rectangles: Path, tmp_path: Path) -> None:
    files = [learned(tmp_path / name, config(rectangles)).model.read_bytes() for name in "ab"]
    assert files[0] == files[1]
    other = learned(tmp_path / "c", config(rectangles, seed=1))
    assert other.model.read_bytes() != files[0]


def test_stopped_and_resumed_is_as_if_never_stopped(rectangles: Path, tmp_path: Path) -> None:
    whole = learned(tmp_path / "whole", config(rectangles))

    class Stopping(Silent):
        def update(self, done: float, note: str = "") -> None:
            if done == 3:
                signal.raise_signal(signal.SIGINT)

    run = Run.create(tmp_path / "stopped", config(rectangles))
    with pytest.raises(KeyboardInterrupt):
        train(run, Stopping())  # type: ignore[arg-type]
    assert tensors.load(run.checkpoint)[1]["step"] == 3
    train(Run.open(run.path), Silent())  # type: ignore[arg-type]
    assert run.model.read_bytes() == whole.model.read_bytes()
    losses = [[{k: row[k] for k in row if k != "seconds"} for row in r.curve()] for r in (run, whole)]
    assert losses[0] == losses[1]


def test_a_network_read_back_says_the_same(rectangles: Path, tmp_path: Path) -> None:
    trainer = Trainer(config(rectangles))
    trainer.advance()
    model = trainer.model()
    model.save(tmp_path / "model.safetensors")
    images = np.random.default_rng(0).integers(0, 255, (2, 48, 64, 3), dtype=np.uint8)
    (mask, boxes), (again, boxes_again) = model.look(images), Model.load(tmp_path / "model.safetensors").look(images)
    np.testing.assert_array_equal(mask, again)
    np.testing.assert_array_equal(boxes[0].boxes, boxes_again[0].boxes)


def test_the_file_names_the_data_and_no_place(rectangles: Path, tmp_path: Path) -> None:
    run = learned(tmp_path / "run", config(rectangles))
    _, facts = tensors.load(run.model)
    assert facts["lineage"]["data"][0]["digest"] == Dataset(rectangles).digest()
    assert str(rectangles.parent) not in json.dumps(facts)
    further = config(rectangles, start=start(run.path), steps=1)
    assert further.start is not None
    before, after = Model.load(run.path).network.state_dict(), Trainer(further)._network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_learning_curve_is_judged_on_the_validation_split(rectangles: Path, tmp_path: Path) -> None:
    both = learned(tmp_path / "both", config(rectangles, split="train", steps=2)).curve()
    assert all(0 <= row["miou"] <= 1 for row in both)
    reached = learned(tmp_path / "reached", config(rectangles, split="train", steps=50, target=1e-9)).curve()
    assert reached[-1]["step"] < 50
    without = learned(tmp_path / "without", config(rectangles, val_split="", steps=2)).curve()
    assert all(row["miou"] is None for row in without)


def test_several_datasets_are_mixed(rectangles: Path, tmp_path: Path) -> None:
    second = write(tmp_path / "second.zarr", episodes=1, frames=2, seed=9)
    sources = (source(str(rectangles), 3), source(str(second), 1))
    trainer = Trainer(PerceptionConfig(data=sources, **{**SMALL, "steps": 1}))  # type: ignore[arg-type]
    assert trainer.frames.lengths == [12, 2]
    assert sum(index >= 12 for index in trainer._batches.at(0)) == 1
    batch = collate(trainer.frames.__getitems__([0, 13]))
    assert batch.images.shape == (2, 3, 48, 64)
    rgb = Dataset(second)[1]["cameras/front/rgb"]
    wanted = rgb - rgb.mean(axis=(0, 1))
    wanted /= rgb.std(axis=(0, 1), ddof=1) + 8
    np.testing.assert_allclose(batch.images[1].permute(1, 2, 0), wanted, atol=1e-4)


def test_frames_are_scaled_with_their_labels(rectangles: Path) -> None:
    full, half = (PerceptionFrames([Dataset(rectangles)], size, CLASSES)[0] for size in ((64, 48), (32, 16)))
    assert half.image.shape == (16, 32, 3)
    assert set(np.unique(half.semantic)) <= {0, 1, 2, 3}
    np.testing.assert_allclose(half.objects.boxes * (2, 3, 2, 3), full.objects.boxes, atol=3.1)


def test_a_rate_rises_and_falls() -> None:
    rates = [schedule(i / 100) for i in range(100)]
    top = int(np.argmax(rates))
    assert np.all(np.diff(rates[: top + 1]) > 0)
    assert np.all(np.diff(rates[top:]) < 0)
    assert rates[-1] < 0.02


def test_data_that_changed_is_refused(tmp_path: Path) -> None:
    data = write(tmp_path / "d.zarr", episodes=1)
    given = config(data)
    other = given.model_copy(update={"data": (given.data[0].model_copy(update={"digest": "0" * 64}),)})
    with pytest.raises(DatasetError, match="is not what the run began with: its digest is another; train anew"):
        Trainer(other)


def test_a_split_that_is_not_there_is_named(rectangles: Path) -> None:
    with pytest.raises(DatasetError, match=r"has no frames of split 'test'; it has train, val"):
        Trainer(config(rectangles, split="test"))


def test_a_network_of_other_classes_is_no_start(rectangles: Path, tmp_path: Path) -> None:
    run = learned(tmp_path / "run", config(rectangles, steps=1))
    with pytest.raises(InputError, match="it knows other classes, or is of another size"):
        Trainer(config(rectangles, classes=("pallet",), start=start(run.path)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "policy"}, "it is a policy"),
        ({"widths": [8, 16, 16, 10**6]}, r"widths\.3: Input should be less than or equal to 1024"),
        ({"widths": [1024] * 4}, r"across\.0\.bias is \(\(8,\), .*, and should be \(\(1024,\)"),
        ({"widths": [8, 16, 16]}, "widths: List should have at least 4 items"),
        ({"size": [64, 50]}, "no network of ours looks at images of that size"),
        ({"size": [64, 16.5]}, r"size\.1: Input should be a valid integer"),
        ({"size": [64, 2**40]}, r"size\.1: Input should be less than or equal to 8192"),
        ({"classes": ["pallet"]}, r"centers\.bias is \(\(3,\), .*, and should be \(\(1,\)"),
        ({"classes": ["palet"] * 3}, "did you mean 'pallet'"),
        ({"lineage": {"data": "everything"}}, r"lineage\.settings: Field required"),
    ],
)
def test_a_doctored_file_is_refused(rectangles: Path, tmp_path: Path, changes: dict[str, object], message: str) -> None:
    path = tmp_path / "model.safetensors"
    Trainer(config(rectangles)).model().save(path)
    values, facts = tensors.load(path)
    tensors.save(path, values, {**facts, **changes})
    with pytest.raises(InputError, match=f"not a perception network of ours .*{message}"):
        Model.load(path)


def test_weights_of_another_kind_are_refused(rectangles: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    Trainer(config(rectangles)).model().save(path)
    values, facts = tensors.load(path)
    for changed, message in (
        ({**values, "boxes.bias": values["boxes.bias"].half()}, "boxes.bias is .*torch.float16.*, and should be"),
        ({**values, "more": torch.zeros(3)}, "more is .*, and should be None"),
        ({k: v for k, v in values.items() if k != "boxes.bias"}, "boxes.bias is None, and should be"),
    ):
        tensors.save(path, changed, facts)
        with pytest.raises(InputError, match=message):
            Model.load(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"data": [], "widths": [16, 32, 64, 100000]}', "widths: 3: Input should be less than or equal to 1024"),
        ('{"data": [], "widths": [16]}', "widths: 1: Field required"),
        ('{"data": [], "size": [16, 1000000]}', "size: 1: Input should be less than or equal to 8192"),
        ('{"data": [], "seed": 99999999999999999999}', "seed: Input should be less than 9223372036854775808"),
        ('{"data": [', "Invalid JSON: EOF while parsing"),
        ("[" * 100_000, "Invalid JSON: recursion limit exceeded"),
        ("\udcff", "it is no text"),
    ],
)
def test_a_configuration_of_somebody_elses_is_refused_in_a_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text, errors="surrogateescape")
    with pytest.raises(InputError, match="is not a valid configuration: ") as caught:
        Run.open(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ['[{"step": 1}]', "[", "[" * 100_000, '{"step": 1}', '[{"step": "x"}]'])
def test_a_damaged_curve_is_said_in_a_line(text: str, rectangles: Path, tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", config(rectangles))
    (run.path / "curve.json").write_text(text)
    with pytest.raises(InputError, match=r"curve\.json: not a learning curve of ours, or cut short"):
        run.curve()


def test_a_doctored_checkpoint_is_refused(rectangles: Path, tmp_path: Path) -> None:
    run = learned(tmp_path / "run", config(rectangles, steps=2))
    values, facts = tensors.load(run.checkpoint)
    for changes in ({"curve": [{"step": 1}]}, {"since": [[1, 2]]}, {"since": "abc"}, {"step": None}, {"groups": 3}):
        tensors.save(run.checkpoint, values, {**facts, **changes})
        with pytest.raises(InputError, match=r"checkpoint\.safetensors: not a checkpoint of this run"):
            Trainer(run.config).restore(run)
