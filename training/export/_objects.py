"""The objects that an image shows, of the classes that were chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.dataset import cameras
from training.dataset.schema import INSTANCE, POSES
from training.export._masks import Mask, masks
from training.export._selection import Image, Selection
from twin.errors import DatasetError
from twin.scene import Instance

if TYPE_CHECKING:
    from twin.labels import LabelInput


@dataclass(frozen=True, slots=True)
class Shown:
    """One object and its pixels."""

    instance: Instance
    category: int
    """Id of its class in the taxonomy."""
    mask: Mask


def shown(selection: Selection, image: Image) -> list[Shown]:
    """By ascending instance id, those of which enough pixels are seen.

    Raises ``DatasetError`` for an id that the scene does not have.
    """
    instances = {instance.id: instance for instance in selection.dataset.scene(image.episode).instances}
    found = []
    for mask in masks(image[INSTANCE]):
        instance = instances.get(mask.id)
        if instance is None:
            raise DatasetError(
                f"{selection.dataset.label}: {image.stem} shows the instance id {mask.id}, which its scene does not "
                "have; see `twin check`"
            )
        if instance.class_name in selection.category and mask.area >= selection.min_pixels:
            found.append(Shown(instance, selection.category[instance.class_name], mask))
    return found


def label_input(selection: Selection, image: Image) -> "LabelInput":
    """What ``twin.labels`` works from."""
    return cameras.label_input(image.values, image.camera, selection.dataset.scene(image.episode), image.values[POSES])
