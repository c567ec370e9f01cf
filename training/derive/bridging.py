"""A bridge with its target: which picture of the target each image is given."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from training.dataset.reader import Dataset
from training.derive.bridges import BridgeFunction, parsed
from training.pictures import Image, Pictures, opened
from twin.errors import InputError, TwinError

SIDE = 256
"""px, shorter side of a target's picture as bridges see it at most."""
KEPT = 256
"""Pictures in memory."""


class Bridging:
    """Called like an effect: each image meets a picture of the target that is drawn for it."""

    def __init__(self, bridge: str | BridgeFunction, target: str | Path | Dataset | Pictures) -> None:
        """``bridge``: see ``bridges.parsed``, or a callable. Raises ``InputError`` and ``DatasetError``."""
        self.name = bridge if isinstance(bridge, str) else _name(bridge)
        self._function = parsed(bridge) if isinstance(bridge, str) else bridge
        self.target = target if isinstance(target, Pictures) else opened(target)
        self._picture = lru_cache(KEPT)(lambda i: self.target.rgb(i, SIDE))

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size; raises ``InputError`` where a bridge of the user's does not make one."""
        picture = self._picture(int(rng.integers(len(self.target))))
        try:
            made: object = self._function(rgb.copy(), picture.copy(), rng)
        except TwinError:
            raise
        except Exception as error:
            raise InputError(f"bridge {self.name} failed: {type(error).__name__}: {error}") from error
        if not isinstance(made, np.ndarray) or made.shape != rgb.shape or made.dtype != np.uint8:
            got = f"{made.dtype} {made.shape}" if isinstance(made, np.ndarray) else type(made).__name__
            raise InputError(f"bridge {self.name} should return uint8 {rgb.shape}, not {got}")
        return made

    def lineage(self) -> Mapping[str, str | int]:
        """What a dataset remembers of it."""
        return {
            "bridge": self.name,
            "target": Path(self.target.label).name,
            "target_pictures": len(self.target),
            "target_digest": self.target.digest(),
        }


def _name(function: BridgeFunction) -> str:
    return f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', type(function).__name__)}"
