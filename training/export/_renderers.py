"""The renderer that draws objects alone, kept from one image of a scene to the next."""

from dataclasses import replace
from typing import TYPE_CHECKING

from training.export._objects import label_input
from training.export._selection import Image, Selection
from twin.rendering.last_used import LastUsed

if TYPE_CHECKING:
    from twin.labels import LabelInput

_drawing = LastUsed()
"""One a process: renderers belong to the thread that made them."""


def drawable_input(selection: Selection, image: Image) -> "LabelInput":
    """What ``twin.labels`` works from, with a renderer for what only a drawing tells, such as ``visib_fract``.

    It holds until the next call, which may be about another scene.
    """
    given = label_input(selection, image)
    return replace(given, renderer=_drawing.of(given.scene))
