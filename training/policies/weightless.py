"""Networks that have shapes and no memory, to compare with a file before any is taken for what the file asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


@contextmanager
def weightless() -> Iterator[None]:
    """Every tensor made within lies on torch's meta device, and stays there."""
    with torch.device("meta"), _Staying():
        yield


class _Staying(TorchFunctionMode):
    """Stable-Baselines3 moves layers to the CPU as it makes them; there is nothing to move."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.Tensor.to:
            return args[0]
        return func(*args, **(kwargs or {}))
