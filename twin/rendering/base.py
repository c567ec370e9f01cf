"""The contract of all renderers: a scene, the poses of its bodies and a camera become one labelled frame."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Self

from twin.errors import RenderError
from twin.geometry import FloatArray
from twin.lenses import bends
from twin.rendering.frame import Frame
from twin.rendering.quality import STANDARD, Quality
from twin.scene import Camera, Light, Scene

__all__ = ["Frame", "Renderer"]


class Renderer(ABC):
    """Draws one scene. Use it from the thread that made it; ``close`` frees its memory."""

    name: ClassVar[str]

    scene: Scene

    quality: Quality

    @abstractmethod
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        """Upload what does not change."""

    def render(self, poses: FloatArray, camera: Camera, only: int | None = None) -> Frame:
        """Draw with bodies at ``poses`` (bodies, 7), seen from ``camera`` (fixed to its body, or to the world).

        Lenses that distort are drawn through pinholes, see ``twin.rendering.bend``.

        With ``only``, an instance's id, nothing but that instance is drawn: what it would look like if nothing stood
        before it. The returned arrays belong to the caller. Raises ``RenderError`` where the scene has no such one.
        """
        if only is not None and only not in self._ids:
            raise RenderError(f"scene '{self.scene.name}' has no instance {only} to draw alone; it has {self._range()}")
        if not bends(camera.lens):
            return self._draw(poses, camera, only)
        from twin.rendering import bend  # compiled code that pinholes do without

        faces = bend.faces(camera.lens)
        return bend.frame(camera.lens, [self._draw(poses, face.camera(camera), only) for face in faces])

    def render_many(self, requests: Sequence[tuple[FloatArray, Camera]]) -> list[Frame]:
        """A frame for each pair of poses and camera: several cameras of one world, or the worlds of a vector."""
        return [self.render(poses, camera) for poses, camera in requests]

    @abstractmethod
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        """What ``render`` promises, for a pinhole and an ``only`` that exists."""

    @cached_property
    def _ids(self) -> frozenset[int]:
        return frozenset(instance.id for instance in self.scene.instances)

    def _range(self) -> str:
        return f"{min(self._ids)} to {max(self._ids)}" if self._ids else "none"

    def relight(self, lights: tuple[Light, ...], ambient: float) -> None:
        """Go on with other lights, and another ``Scene.ambient``, in the same scene."""
        self._light(replace(self.scene, lights=lights, ambient=ambient))

    @abstractmethod
    def _light(self, lit: Scene) -> None:
        """Take over the lights of a scene that is ``scene`` otherwise."""

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
