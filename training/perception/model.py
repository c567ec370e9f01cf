"""A trained network in one safetensors file: weights, and as JSON what they are of and where they come from."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.perception.centers import Detections, decode
from training.perception.frames import normalised
from training.perception.network import MULTIPLE, Network, masks
from training.policies import tensors
from twin.errors import InputError, UnknownNameError

KIND = "perception"


class Model:
    """A network that is ready to look, with the names of what it knows. ``facts``: its file's JSON."""

    def __init__(self, network: Network, facts: Mapping[str, Any]) -> None:
        self.network = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.facts = dict(facts)
        self.classes = tuple(str(name) for name in facts["classes"])
        self.size: tuple[int, int] = (int(facts["size"][0]), int(facts["size"][1]))

    def look(self, images: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], list[Detections]]:
        """Classes of pixels (n, h, w) and objects of images (n, h, w, 3), sRGB, at the network's size."""
        with torch.inference_mode():
            seen = self.network(normalised(torch.from_numpy(images)).contiguous(memory_format=torch.channels_last))
            return masks(seen).numpy(), decode(seen)

    def save(self, path: Path) -> None:
        """Replace ``path`` at once."""
        tensors.save(path, self.network.state_dict(), {**self.facts, "kind": KIND})

    @classmethod
    def load(cls, path: Path) -> "Model":
        """From a file of ``save``, or the folder of a run; ``InputError`` for anything else."""
        file = path / "model.safetensors" if path.is_dir() else path
        state, facts = tensors.load(file)
        try:
            _check(facts)
            network = Network(len(facts["classes"]), facts["widths"])
            network.load_state_dict(state)
        except (KeyError, TypeError, ValueError, RuntimeError, UnknownNameError) as error:
            raise InputError(f"{file}: not a perception network of ours ({' '.join(str(error).split())})") from error
        return cls(network, facts)


def _check(facts: Mapping[str, Any]) -> None:
    """Before memory is taken: a file from somebody else may say anything."""
    if facts["kind"] != KIND:
        raise ValueError(f"it is a {facts['kind']}")
    widths, size = list(facts["widths"]), list(facts["size"])
    if len(widths) != 4 or not _all_between(widths, 1, 4096) or not 1 <= len(facts["classes"]) <= 255:
        raise ValueError("no network of ours has such widths or classes")
    if len(size) != 2 or not _all_between(size, MULTIPLE, 8192) or any(length % MULTIPLE for length in size):
        raise ValueError("no network of ours looks at images of that size")


def _all_between(values: Sequence[object], low: int, high: int) -> bool:
    return all(isinstance(value, int) and low <= value <= high for value in values)


def batched(count: int, size: int) -> Iterable[list[int]]:
    """The numbers up to ``count``, ``size`` at a time."""
    return (list(range(start, min(start + size, count))) for start in range(0, count, size))
