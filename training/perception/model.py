"""A trained network in one safetensors file: weights, and as JSON what they are of and where they come from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.perception import classes as learned
from training.perception.centers import Detections, decode
from training.perception.config import Channels, Length
from training.perception.frames import normalised
from training.perception.network import MULTIPLE, Network, masks
from training.perception.seen import Lineage
from training.policies import tensors
from twin.errors import InputError

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
            network = _of(state, len(facts["classes"]), facts["widths"])
        except (KeyError, TypeError, ValueError, RuntimeError, InputError) as error:
            raise InputError(f"{file}: not a perception network of ours ({' '.join(str(error).split())})") from error
        return cls(network, facts)


class _Facts(BaseModel):
    """What is relied on of a file that somebody else may have written."""

    model_config = ConfigDict(strict=True)

    kind: str
    classes: Annotated[list[str], Field(min_length=1, max_length=255)]
    size: Annotated[list[Length], Field(min_length=2, max_length=2)]
    widths: Annotated[list[Channels], Field(min_length=4, max_length=4)]
    steps: int
    lineage: Lineage


def _check(facts: Mapping[str, Any]) -> None:
    if facts["kind"] != KIND:
        raise ValueError(f"it is a {facts['kind']}")
    try:
        found = _Facts.model_validate(facts)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    learned.checked(found.classes)
    if any(length % MULTIPLE for length in found.size):
        raise ValueError("no network of ours looks at images of that size")


def _of(state: Mapping[str, torch.Tensor], classes: int, widths: list[int]) -> Network:
    """The network of these weights. Its shapes are compared with theirs before memory is taken for any of its own."""
    with torch.device("meta"):
        network = Network(classes, widths)
    tensors.fill(network, state)
    return network


def batched(count: int, size: int) -> Iterable[list[int]]:
    """The numbers up to ``count``, ``size`` at a time."""
    return (list(range(start, min(start + size, count))) for start in range(0, count, size))
