"""Labels: plain functions of one frame, its scene, the poses and the camera, so that they agree by construction.

A label of an image has its height and width; a label of objects has one row for each object that is visible in the
frame, always in the order of ``instance_id``. To add a label, put a file beside the others with a function of its
name and a ``LABEL`` that describes it; files with a leading underscore are shared by several labels.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType

from twin import discovery
from twin.errors import one_of
from twin.labels._input import LabelInput
from twin.labels._label import AnyArray, Label

__all__ = ["LABELS", "AnyArray", "Label", "LabelInput", "compute"]


LABELS: Mapping[str, Label] = MappingProxyType(discovery.found(__name__, "LABEL", "label", attrgetter("name")))
"""Every label by name."""


def compute(given: LabelInput, names: Iterable[str] = ()) -> dict[str, AnyArray]:
    """The named labels of one frame, by default all for which everything that they need is given.

    One name may be given as it is.

    Raises ``UnknownNameError`` for a label that does not exist, ``InputError`` for one that needs more.
    """
    asked = (names,) if isinstance(names, str) else tuple(names)
    chosen = asked or tuple(name for name, label in LABELS.items() if label.can_come_from(given))
    for name in chosen:
        one_of("label", name, LABELS)
    return {name: LABELS[name](given) for name in chosen}
