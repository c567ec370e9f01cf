"""A factory as a person writes it: a hall and the equipment in it."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

import numpy as np
from pydantic import Field, field_validator

from factories.equipment import Equipment, kinds
from factories.equipment.base import Box, Point
from factories.lights import LightModel
from twin.file_model import FileModel
from twin.geometry import FloatArray
from twin.shipped import Shipped

if TYPE_CHECKING:
    AnyEquipment: TypeAlias = Equipment
else:
    AnyEquipment = Annotated[Union[tuple(kinds().values())], Field(discriminator="type")]  # noqa: UP007

SHIPPED = Shipped("layout", Path(__file__).parent / "layouts")

HallLength: TypeAlias = Annotated[float, Field(ge=2, le=2000)]
"""Metres."""


class Layout(FileModel):
    """A hall and what stands in it. Frozen; two layouts with the same content have the same digest."""

    format: Literal[1] = 1
    """Version of this file format."""
    name: Annotated[str, Field(min_length=1, max_length=100)]
    """What the factory is called."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """A sentence for lists of factories."""
    size: tuple[HallLength, HallLength]
    """Inside of the hall along x and y, m."""
    origin: Point = (0.0, 0.0)
    """Its lower left corner, m."""
    height: Annotated[float, Field(ge=2, le=50)] = 6.0
    """Of the outer walls, m."""
    lights: Annotated[tuple[LightModel, ...], Field(max_length=200)] | None = None
    """Of the hall; two skylights where left out."""
    equipment: Annotated[tuple[AnyEquipment, ...], Field(max_length=5000)] = ()
    """What stands in the hall, each with its ``type``."""

    @field_validator("equipment", mode="after")
    @classmethod
    def _with_names(cls, equipment: tuple[Equipment, ...]) -> tuple[Equipment, ...]:
        """Unnamed equipment is called after its type: ``rack_1``, ``rack_2``."""
        taken = {item.name for item in equipment}
        counts: Counter[str] = Counter()
        named = []
        for item in equipment:
            name = item.name
            while not name or (not item.name and name in taken):
                counts[item.type] += 1
                name = f"{item.type}_{counts[item.type]}"
            named.append(item if item.name else item.model_copy(update={"name": name}))
        return tuple(named)

    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Lowest x, lowest y, highest x, highest y of the hall's inside, m."""
        (x, y), (width, depth) = self.origin, self.size
        return x, y, x + width, y + depth

    def with_more(self, added: Iterable[Equipment | Mapping[str, Any]], **changes: Any) -> "Layout":
        """The same with more equipment, made or as files write it, which gets a name where it has none.

        ``changes``: other values of its own keys. Raises ``ValidationError`` for data that is no equipment.
        """
        data = self.model_dump(exclude={"equipment"})
        return Layout.model_validate({**data, **changes, "equipment": (*self.equipment, *added)})

    def keepouts(self) -> FloatArray:
        """Corners (n, 4, 2) in the hall, m, of all boxes where no robot may be placed or sent though it would fit:
        unknown cells of a map, the space below a rack or a belt.
        """
        return np.concatenate([np.zeros((0, 4, 2)), *(corners(item, item.keepouts()) for item in self.equipment)])

    def solids(self) -> FloatArray:
        """Corners (n, 4, 2) in the hall, m, of the footprints of everything that stands on the floor."""
        return np.concatenate([np.zeros((0, 4, 2)), *(corners(item, item.solids()) for item in self.equipment)])


_UNIT = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
"""Corners of a box of one by one."""


def corners(item: Equipment, boxes: tuple[Box, ...]) -> FloatArray:
    """Corners (n, 4, 2) in the hall, counter-clockwise, of boxes in an equipment's frame."""
    if not boxes:
        return np.zeros((0, 4, 2))
    found = np.asarray(boxes, dtype=np.float64)[:, None]
    local = found[..., :2] + found[..., 2:] * _UNIT
    yaw = item.heading
    rotation = np.array([[math.cos(yaw), -math.sin(yaw)], [math.sin(yaw), math.cos(yaw)]])
    return local @ rotation.T + np.asarray(item.at)


def names() -> list[str]:
    """Names of the shipped layouts."""
    return SHIPPED.names()


def load(name_or_path: str | Path) -> Layout:
    """A shipped layout by its name, or one from a YAML file.

    Raises ``UnknownNameError`` with the nearest name, ``FileError`` with everything wrong in the file at once.
    """
    from twin.yaml_files import read_yaml_text

    path = SHIPPED.find(name_or_path)
    return _parsed(path, read_yaml_text(path))


@lru_cache(maxsize=8)
def _parsed(path: Path, text: str) -> Layout:
    """Kept, because many environments are made of one file; by what is in it, because it may be edited meanwhile."""
    from factories.validation import problems
    from twin.yaml_files import parse_yaml_model

    return parse_yaml_model(path, text, Layout, check=problems)


def save(layout: Layout, path: str | Path) -> None:
    """Write a layout as YAML, without what is at its default; ``load`` gives an equal one back."""
    from twin.yaml_files import dump_yaml

    dump_yaml(to_data(layout), path)


def to_data(layout: Layout) -> dict[str, Any]:
    """Plain data of a layout, without what is at its default."""
    data = layout.model_dump(mode="json", exclude_defaults=True, exclude={"equipment"})
    equipment = [{"type": e.type, **e.model_dump(mode="json", exclude_defaults=True)} for e in layout.equipment]
    return {"format": layout.format, **data, "equipment": equipment}
