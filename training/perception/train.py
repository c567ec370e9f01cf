"""Learning: batches, losses, one learning rate that rises and falls, checkpoints, Ctrl-C."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from training.perception.batches import Batches, mirrored
from training.perception.centers import encode
from training.perception.config import PerceptionConfig
from training.perception.evaluate import evaluate
from training.perception.frames import Batch, PerceptionFrames, collate
from training.perception.losses import Losses, losses
from training.perception.model import Model
from training.perception.network import STRIDE, Network
from training.perception.run import Run, rows
from training.perception.sources import learned_from, validated_on
from training.policies import state_dicts, tensors
from training.policies.interrupts import Interrupts
from twin.errors import InputError

if TYPE_CHECKING:
    from training.progress import Bar

ROWS = 20
"""Of the learning curve, about."""
CHECKPOINT_EVERY = 30.0
"""Seconds."""
_WEIGHED = 256
"""Images from which the classes' weights are taken."""
_RISE = 0.15
"""Share of the steps in which the learning rate rises."""


def train(run: Run, bar: "Bar") -> Model:
    """Train what is configured, from the run's checkpoint where it has one.

    The same configuration gives the same weights, however often it was stopped. Raises ``KeyboardInterrupt`` when
    Ctrl-C was pressed, after the step at hand and a checkpoint.
    """
    with _threads(run.config.threads), Interrupts() as interrupts:
        trainer = Trainer(run.config)
        if run.checkpoint.exists():
            trainer.restore(run)
        bar.begin(trainer.step)
        saved = time.monotonic()
        while not trainer.over and not interrupts.asked:
            note = trainer.advance()
            bar.update(trainer.step, note)
            if time.monotonic() - saved > CHECKPOINT_EVERY:
                trainer.save(run)
                saved = time.monotonic()
        trainer.save(run)
        if interrupts.asked:
            raise KeyboardInterrupt
        return trainer.model()


class Trainer:
    """A network, its optimiser, its data, and how far it is."""

    def __init__(self, config: PerceptionConfig) -> None:
        self.config, self.step = config, 0
        self.curve: list[dict[str, Any]] = []
        self.frames = learned_from(config)
        self._validation = validated_on(config)
        self._seconds = 0.0
        self._since: list[list[float]] = []
        self._reached = False
        self._network = _fresh(config)
        decayed = [p for p in self._network.parameters() if p.ndim > 1]
        others = [p for p in self._network.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": config.decay}, {"params": others, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=config.rate)
        self._batches = Batches(self.frames.lengths, config.batch, config.steps, config.seed, config.shares)
        self._weights = class_weights(self.frames, config.seed)

    @property
    def over(self) -> bool:
        """Whether all steps are done, or the target is reached."""
        return self._reached or self.step >= self.config.steps

    def advance(self) -> str:
        """One step; says how it goes."""
        began = time.monotonic()
        batch = self._batch(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = self.config.rate * schedule(self.step / self.config.steps)
        found = self._losses(batch)
        self._optimizer.zero_grad(set_to_none=True)
        found.total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.parameters(), 5.0)
        self._optimizer.step()
        self.step += 1
        self._seconds += time.monotonic() - began
        self._since.append([float(loss.detach()) for loss in found])
        if self.step % max(1, self.config.steps // ROWS) == 0 or self.step == self.config.steps:
            self._row()
        return f"loss {float(found.total.detach()):.2f}{self._shown()}"

    def model(self) -> Model:
        """What was learned so far."""
        return Model(self._network, {**self.config.about(), "steps": self.step})

    def save(self, run: Run) -> None:
        """Write network, checkpoint and curve, each at once."""
        self.model().save(run.model)
        self._network.train()
        parts = {"network": self._network.state_dict(), "optimizer": self._optimizer.state_dict()}
        values, groups = state_dicts.flat(parts)
        facts = {"groups": groups, "step": self.step, "seconds": self._seconds, "since": self._since}
        tensors.save(run.checkpoint, values, {**facts, "curve": self.curve, "reached": self._reached})
        run.save_curve(self.curve)

    def restore(self, run: Run) -> None:
        """Go on from the run's checkpoint; ``InputError`` where it is not one."""
        values, facts = tensors.load(run.checkpoint)
        try:
            parts = state_dicts.nested(values, facts["groups"])
            self._network.load_state_dict(parts["network"])
            self._optimizer.load_state_dict(parts["optimizer"])
            self.step, self._seconds = int(facts["step"]), float(facts["seconds"])
            self.curve, self._since = rows(facts["curve"]), _since(facts["since"])
            self._reached = bool(facts["reached"])
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{run.checkpoint}: not a checkpoint of this run ({reason})") from error

    def _batch(self, step: int) -> Batch:
        samples = self.frames.__getitems__(self._batches.at(step))
        flips = np.random.default_rng((self.config.seed, 2, step)).random(len(samples)) < 0.5
        if self.config.mirror:
            samples = [mirrored(s) if flip else s for s, flip in zip(samples, flips, strict=True)]
        return collate(samples)

    def _losses(self, batch: Batch) -> Losses:
        rows, columns = (length // STRIDE for length in batch.semantic.shape[1:])
        targets = encode(batch.objects, len(self.config.classes), rows, columns)
        seen = self._network(batch.images.contiguous(memory_format=torch.channels_last))
        return losses(seen, batch.semantic, targets, self._weights)

    def _row(self) -> None:
        names = ("pixels", "centers", "boxes")
        means = dict(zip(names, np.mean(self._since, axis=0).tolist(), strict=True))
        self._since = []
        miou = None
        if self._validation is not None:
            miou = evaluate(self.model(), self._validation).miou
            self._network.train()
            self._reached = self.config.target is not None and miou >= self.config.target
        self.curve.append({"step": self.step, "seconds": round(self._seconds, 2), **means, "miou": miou})

    def _shown(self) -> str:
        known = self.curve and self.curve[-1]["miou"] is not None
        return f", mIoU {100 * self.curve[-1]['miou']:.1f} on val" if known else ""


def schedule(done: float) -> float:
    """Share of the highest learning rate: up in a straight line, down along a cosine, almost to zero at the end.

    >>> schedule(0.0) < schedule(0.15) == 1.0
    True
    """
    if done < _RISE:
        return 0.1 + 0.9 * done / _RISE
    return 0.01 + 0.99 * (1 + math.cos(math.pi * (done - _RISE) / (1 - _RISE))) / 2


def class_weights(frames: PerceptionFrames, seed: int) -> torch.Tensor:
    """Of each class in the cross-entropy: the rarer the more, by the root of its share; their mean is 1."""
    rng = np.random.default_rng((seed, 3))
    chosen = rng.permutation(len(frames))[:_WEIGHED]
    pixels = np.zeros(1 + len(frames.classes))
    for sample in frames.__getitems__(chosen.tolist()):
        pixels += np.bincount(sample.semantic.ravel(), minlength=len(pixels))
    weights = 1 / np.sqrt(np.maximum(pixels / pixels.sum(), 1e-3))
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def _since(document: object) -> list[list[float]]:
    """Losses of the steps after the last row of the curve; raises ``ValueError`` and ``TypeError``."""
    found = np.asarray(document, np.float64).reshape(-1, len(Losses._fields))
    return found.tolist()


@contextmanager
def _threads(number: int | None) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _fresh(config: PerceptionConfig) -> Network:
    """The weights that the run begins with."""
    generator = torch.random.get_rng_state()
    torch.manual_seed(config.seed)
    network = Network(len(config.classes), config.widths)
    torch.random.set_rng_state(generator)
    if config.start is not None:
        from pathlib import Path

        start = Model.load(Path(config.start.path))
        if (start.classes, tuple(start.facts["widths"])) != (config.classes, config.widths):
            raise InputError(f"--from {config.start.path}: it knows other classes, or is of another size")
        network.load_state_dict(start.network.state_dict())
    return network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
