"""The renderer that draws objects alone, kept from one image of a scene to the next."""

from dataclasses import replace
from typing import TYPE_CHECKING

from training.export._objects import label_input
from training.export._selection import Image, Selection
from twin import rendering

if TYPE_CHECKING:
    from twin.labels import LabelInput
    from twin.rendering.base import Renderer

_last: "Renderer | None" = None


def drawable_input(selection: Selection, image: Image) -> "LabelInput":
    """What ``twin.labels`` works from, with a renderer for what only a drawing tells, such as ``visib_fract``.

    It holds until the next call, which may be about another scene.
    """
    global _last  # noqa: PLW0603 (one a process: renderers are large, and belong to the thread that made them)
    given = label_input(selection, image)
    if _last is None or _last.scene is not given.scene:
        if _last is not None:
            _last.close()
        _last = rendering.create(given.scene, quality="fast")
    return replace(given, renderer=_last)
