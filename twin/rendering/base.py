"""The contract of all renderers: a scene, the poses of its bodies and a camera become one labelled frame."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.rendering.quality import STANDARD, Quality
from twin.scene import Camera, Scene


@dataclass(frozen=True, slots=True)
class Frame:
    """What one camera sees. The three images come from one visibility decision and agree pixel by pixel."""

    rgb: npt.NDArray[np.uint8]  # (height, width, 3)
    depth: npt.NDArray[np.float32]  # (height, width) m along the optical axis; 0 = no return
    instance: npt.NDArray[np.uint16]  # (height, width) instance ids; 0 = background


class Renderer(ABC):
    """Draws one scene. Use it from the thread that made it; ``close`` frees its memory."""

    name: ClassVar[str]

    scene: Scene

    quality: Quality

    @abstractmethod
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        """Upload what does not change."""

    def render(self, poses: FloatArray, camera: Camera) -> Frame:
        """Draw with bodies at ``poses`` (bodies, 7), seen from ``camera`` (fixed to its body, or to the world).

        The returned arrays belong to the caller.
        """
        return self._draw(poses, camera)

    @abstractmethod
    def _draw(self, poses: FloatArray, camera: Camera) -> Frame:
        """What ``render`` promises, for a pinhole."""

    @abstractmethod
    def describe(self) -> str:
        """What draws: library, driver, hardware or software."""

    @abstractmethod
    def close(self) -> None:
        """Free memory; may be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
