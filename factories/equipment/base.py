"""What all equipment has in common: a place in the hall, and parts that become bodies.

A new kind of equipment is one file in this folder with one subclass of ``Equipment`` whose ``type`` is a
``Literal``; layouts can name it at once.
"""

import math
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

import numpy as np
from pydantic import Field

from factories.shapes import stand
from twin.file_model import FileModel
from twin.scene import Geom, Material, Mesh, Motion, Patrol, Pose, Vec3

Length: TypeAlias = Annotated[float, Field(gt=0, le=200)]
"""Metres, of something that has a size."""
Coordinate: TypeAlias = Annotated[float, Field(ge=-2000, le=2000)]
"""Metres."""
Point: TypeAlias = tuple[Coordinate, Coordinate]
"""x, y in metres."""
Mass: TypeAlias = Annotated[float, Field(gt=0, le=20_000)]
"""Kilograms."""
Speed: TypeAlias = Annotated[float, Field(ge=0, le=5)]
"""Metres per second."""
Seed: TypeAlias = Annotated[int, Field(ge=0, lt=2**32)]
Name: TypeAlias = Annotated[str, Field(max_length=64, pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]*)?$")]
Sign: TypeAlias = Annotated[str, Field(max_length=12, pattern=r"^[\w .+-]*$")]
"""What a sign says, or a pictogram: ``exit``, ``charging``, ``no_entry``, ``forklift``, ``pedestrians``."""
Extent: TypeAlias = Annotated[float, Field(gt=0, le=2000)]
"""Metres, of a merged block."""
Box: TypeAlias = tuple[Coordinate, Coordinate, Extent, Extent]
"""x, y of the lower left corner, width along x, depth along y; metres."""


ORIGIN = Pose()


@dataclass(frozen=True, slots=True)
class Face:
    """A side in the equipment's frame that robots serve: its middle (m), the way out of it (rad), its width (m)."""

    x: float
    y: float
    heading: float
    width: float


@dataclass(frozen=True, slots=True)
class Part:
    """One body in the making. ``pose`` and everything else is in the equipment's frame: origin on the floor, z up."""

    geoms: tuple[Geom, ...]
    class_name: str = ""
    """From ``twin.taxonomy``; empty for what carries no label of its own."""
    name: str = ""
    """Added to the equipment's name; empty for the one part that is the equipment itself."""
    pose: Pose = ORIGIN
    motion: Motion = Motion.STATIC
    mass: float = 0.0
    loose: bool = False
    keypoints: tuple[tuple[str, Vec3], ...] = ()

    def placed(self, name: str, pose: Pose) -> "Part":
        """The same part under another name, moved by ``pose``, which may only be turned about z."""
        # Not ``replace``, which takes three times as long: a hall has thousands.
        return Part(
            self.geoms,
            self.class_name,
            name,
            stand(pose, self.pose),
            self.motion,
            self.mass,
            self.loose,
            self.keypoints,
        )

    def fixed(self) -> "Part":
        """The same part, immovable."""
        return Part(self.geoms, self.class_name, self.name, self.pose, keypoints=self.keypoints)


class Equipment(FileModel):
    """Something that stands in a hall. ``at`` is the middle of its footprint unless its own page says otherwise."""

    type: str
    """Which kind of equipment this is."""
    name: Name = ""
    """Unique in the layout; made from the type and a number when left out."""
    at: Point
    """x, y in the hall, m."""
    yaw_deg: Annotated[float, Field(ge=-360, le=360)] = 0.0
    """Heading of its x axis, degrees counter-clockwise from the hall's x axis."""

    meshes: ClassVar[tuple[Mesh, ...]] = ()
    """Meshes that this kind brings; any kind's geoms may name them."""
    materials: ClassVar[tuple[Material, ...]] = ()
    """Materials that this kind brings besides those of ``factories.materials``."""
    landmark: ClassVar[bool] = True
    """Whether a place is named after it: not after what walks away, or looks the same everywhere."""
    hides_people: ClassVar[bool] = False
    """Whether who stands behind it is not seen."""
    stands_for_itself: ClassVar[bool] = False
    """Whether it may as well stand a little elsewhere: what scenarios move that do not say what."""

    def parts(self) -> Iterable[Part]:
        """The bodies it becomes; none for what only marks a place."""
        return ()

    def footprint(self) -> tuple[float, float]:
        """Full extent (m) along its own x and y axes, centred on ``at``; (0, 0) for what has none."""
        return (0.0, 0.0)

    def solids(self) -> tuple[Box, ...]:
        """Rectangles in its own frame that nothing else may overlap; its footprint unless it says otherwise."""
        length, width = self.footprint()
        return ((-length / 2, -width / 2, length, width),) if length > 0 and width > 0 else ()

    def keepouts(self) -> tuple[Box, ...]:
        """Rectangles in its own frame where no robot may be placed or sent, besides what its geoms block."""
        return ()

    def faces(self) -> tuple[Face, ...]:
        """Sides at which a robot charges, or hands something over or takes it; none where robots have no business."""
        return ()

    @property
    def heading(self) -> float:
        """Yaw of its frame in the hall, rad."""
        return math.radians(self.yaw_deg)

    def patrol(self) -> Patrol | None:
        """How it walks, if it does; the body is named as the equipment."""
        return None

    @property
    def sign_text(self) -> str:
        """What is written on it, by which people tell it from others of its kind, or a pictogram's name."""
        return ""

    @property
    def number(self) -> int:
        """The number at the end of its name, as in ``rack_12``; 0 where there is none."""
        digits = re.search(r"\d{1,3}$", self.name)
        return int(digits[0]) if digits else 0

    def rng(self, seed: int) -> np.random.Generator:
        """Random numbers of its own: two racks with the same seed still differ."""
        return np.random.default_rng((zlib.crc32(self.name.encode()), seed))
