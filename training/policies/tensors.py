"""Tensors and JSON in one safetensors file: written in one piece, read without running code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.errors import InputError
from twin.yaml_files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

KEY, AGAIN = "factory_twin", "factory_twin_again"
MAX_BYTES = 2_000_000_000


def save(path: Path, tensors: "dict[str, torch.Tensor]", facts: dict[str, Any]) -> None:
    """Replace ``path`` at once: a reader sees the old file or the new one. Tensors that are one are stored once."""
    from safetensors.torch import save as to_bytes

    plain = {name: t.detach().cpu().contiguous() for name, t in tensors.items()}
    owner: dict[tuple[Any, ...], str] = {}
    same = {name: owner.setdefault((t.data_ptr(), t.shape, t.dtype), name) for name, t in plain.items() if t.numel()}
    again = {name: first for name, first in same.items() if name != first}
    kept = {name: t for name, t in plain.items() if name not in again}
    # Only where it says something: safetensors writes several keys in any order, one always alike.
    metadata = {KEY: json.dumps(facts)} | ({AGAIN: json.dumps(again)} if again else {})
    write_atomically(path, to_bytes(kept, metadata))


def load(path: Path) -> "tuple[dict[str, torch.Tensor], dict[str, Any]]":
    """Tensors and facts of a file that ``save`` wrote; ``InputError`` for anything else."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES} bytes, so not a policy of ours")
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            facts, again = dict(json.loads(metadata[KEY])), json.loads(metadata.get(AGAIN, "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            return tensors | {name: tensors[first] for name, first in again.items()}, facts
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (SafetensorError, KeyError, TypeError, AttributeError, ValueError, RecursionError, OSError) as error:
        raise InputError(f"{path}: not a policy of ours, or cut short ({error})") from None


def fill(network: "torch.nn.Module", tensors: "Mapping[str, torch.Tensor]") -> None:
    """Give a network that has shapes alone its weights; ``ValueError`` where they are not of these shapes."""
    wanted = {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in network.state_dict().items()}
    given = {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in tensors.items()}
    for name in sorted(wanted.keys() | given.keys()):
        if wanted.get(name) != given.get(name):
            raise ValueError(f"{name} is {given.get(name)}, and should be {wanted.get(name)}")
    # Copies, for what was loaded may still lie in its file.
    network.load_state_dict({name: tensor.clone() for name, tensor in tensors.items()}, assign=True)
