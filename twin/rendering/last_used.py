"""One renderer at a time: they are large, and what is drawn next is mostly of the same scene."""

from typing import Self

from twin import rendering
from twin.rendering.base import Renderer
from twin.rendering.quality import Quality
from twin.scene import Scene


class LastUsed:
    """The renderer of the scene that was asked for last."""

    def __init__(self, renderer: str = rendering.AUTO) -> None:
        """``renderer``: its name."""
        self._name = renderer
        self.renderer: Renderer | None = None
        """None before anything was asked for."""
        self._asked: tuple[Scene, str | Quality] | None = None

    def of(self, scene: Scene, quality: str | Quality = "fast") -> Renderer:
        """Of this scene. It is closed when another one is asked for."""
        if self.renderer is None or self._asked is None or self._asked[0] is not scene or self._asked[1] != quality:
            self.close()
            self.renderer = rendering.create(scene, self._name, quality)
            self._asked = scene, quality
        return self.renderer

    def close(self) -> None:
        """Free it."""
        if self.renderer is not None:
            self.renderer.close()
        self.renderer = self._asked = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
