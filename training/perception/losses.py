"""How wrong a network is about a batch."""

from typing import NamedTuple

import torch
from torch.nn import functional

from training.perception.centers import Targets
from training.perception.network import Seen

_BOX_WEIGHTS = (0.1, 0.1, 1.0, 1.0)
"""CenterNet's: sizes are many cells, places within a cell are not."""


class Losses(NamedTuple):
    """Each a mean, so that they add up whatever the batch is."""

    pixels: torch.Tensor
    """Cross-entropy of the pixels' classes, weighted by class, and one minus Dice's coefficient."""
    centers: torch.Tensor
    """CenterNet's focal loss of the heatmaps."""
    boxes: torch.Tensor
    """L1 of sizes and places within cells."""

    @property
    def total(self) -> torch.Tensor:
        """What is made less."""
        return self.pixels + 0.5 * self.centers + 0.5 * self.boxes


def losses(seen: Seen, semantic: torch.Tensor, targets: Targets, weights: torch.Tensor) -> Losses:
    """``semantic``: (n, h, w) classes; ``weights``: of each class in the cross-entropy."""
    truth = shares(semantic, seen.semantic.shape[1])
    wrong = functional.cross_entropy(seen.semantic, truth, weights, reduction="sum")
    pixels = wrong / (truth.sum(dim=(0, 2, 3)) @ weights) + dice(seen.semantic, truth)
    return Losses(pixels, focal(seen.centers, targets), box_error(seen.boxes, targets))


def shares(semantic: torch.Tensor, classes: int) -> torch.Tensor:
    """Of each class in every two by two pixels: (n, classes, h / 2, w / 2), the resolution that classes are said at."""
    truth = functional.one_hot(semantic, classes).permute(0, 3, 1, 2).float()
    return functional.avg_pool2d(truth, 2)


def dice(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """One minus the mean overlap (Dice) of the classes there are in the batch, background left out."""
    guess = logits.softmax(dim=1)
    both, there, said = (part.sum(dim=(0, 2, 3))[1:] for part in (guess * truth, truth, guess))
    present = there > 0
    if not bool(present.any()):
        return logits.sum() * 0.0
    return 1 - (2 * both[present] / (there + said)[present]).mean()


def focal(logits: torch.Tensor, targets: Targets) -> torch.Tensor:
    """Lin 2017 with CenterNet's discount near centres, by the number of objects."""
    says = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    peak = targets.heat == 1
    found = (1 - says) ** 2 * says.log() * peak
    empty = (1 - targets.heat) ** 4 * says**2 * (1 - says).log() * ~(peak | targets.small)
    return -(found + empty).sum() / max(1, len(targets.cells))


def box_error(boxes: torch.Tensor, targets: Targets) -> torch.Tensor:
    """At the cells where centres are."""
    if not len(targets.cells):
        return boxes.sum() * 0.0
    image, row, column = targets.cells.T
    error = (boxes[image, :, row, column] - targets.boxes).abs()
    return (error * torch.tensor(_BOX_WEIGHTS)).sum(dim=1).mean()
