"""What a dataset says about itself: its arrays, its cameras, its episodes. Stored as JSON, checked when read."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from math import prod
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from training.dataset.splits import FRACTIONS, NAME, SplitBy
from twin import extensions
from twin.lenses import COEFFICIENTS, MAX_SIDE
from twin.taxonomy import CLASSES

FORMAT = "factory-twin-dataset"
FORMAT_VERSION = 1

RGB, DEPTH, INSTANCE, SEMANTIC = "rgb", "depth", "instance_segmentation", "semantic_segmentation"
INTRINSICS, EXTRINSICS = "intrinsics", "pose_world_camera"
POSES = "poses"

CHUNK_BYTES = 16 * 1024
SHARD_BYTES = 8 * 1024 * 1024
MAX_CHUNKS_PER_SHARD = 64
MAX_CHUNK_BYTES = 1 << 30
"""Nothing larger is decoded, whatever a file says."""
MAX_WIDTH = 1 << 20
"""Entries of axis 1 of a ragged array: more bodies than any scene has."""
MAX_EPISODE_FRAMES = 1 << 24
"""Nine days at 20 Hz."""

AnyArray: TypeAlias = npt.NDArray[Any]
Dtype: TypeAlias = Literal[
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32", "float64"
]
Shape: TypeAlias = tuple[Annotated[int, Field(gt=0)], ...]
_SHAPE: TypeAdapter[Shape] = TypeAdapter(Shape)
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]


def _listed(value: Any) -> Any:
    """Plain data with lists in place of tuples, which people write in Python."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


Plain: TypeAlias = Annotated[JsonValue, BeforeValidator(_listed)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ArraySpec(_Data):
    """One array under ``data/``: time is axis 0, a row is one frame."""

    name: Name
    dtype: Dtype
    shape: Shape = ()
    """Of one row. Of a ragged array: of one column block, see ``ragged``."""
    unit: str = ""
    description: str = ""
    ragged: bool = False
    """Axis 1 differs between episodes: it is padded with NaN to a multiple of ``shape[0]``, and grows by that."""
    chunk: Annotated[int, Field(gt=0)] = 0  # filled in by the validator
    """Frames compressed together."""
    shard: Annotated[int, Field(gt=0)] = 0
    """Frames in one file."""

    @model_validator(mode="before")
    @classmethod
    def _choose_chunks(cls, data: Any) -> Any:
        if isinstance(data, dict) and "chunk" not in data and data.get("dtype") in cls.dtypes():
            with suppress(ValidationError):  # of the shape, which its field tells
                row = max(1, prod(_SHAPE.validate_python(data.get("shape", ()))) * np.dtype(data["dtype"]).itemsize)
                chunk = _power_of_two(CHUNK_BYTES // row)
                chunks = min(MAX_CHUNKS_PER_SHARD, _power_of_two(SHARD_BYTES // (chunk * row)))
                return {**data, "chunk": chunk, "shard": chunk * chunks}
        return data

    @model_validator(mode="after")
    def _check_chunks(self) -> Self:
        if self.shard % self.chunk:
            raise ValueError(f"{self.name}: a shard of {self.shard} frames is no multiple of {self.chunk}")
        if self.chunk * self.row_bytes > MAX_CHUNK_BYTES:
            raise ValueError(f"{self.name}: a chunk of more than {MAX_CHUNK_BYTES} bytes")
        if self.ragged and (not self.shape or self.dtype not in ("float32", "float64")):
            raise ValueError(f"{self.name}: a ragged array has floating-point rows of one axis at least")
        return self

    @staticmethod
    def dtypes() -> tuple[str, ...]:
        """What can be stored."""
        return get_args(Dtype)

    @property
    def fill(self) -> float:
        """What stands where nothing was written."""
        return float("nan") if self.ragged else 0

    @property
    def row_bytes(self) -> int:
        """Of one row, not compressed."""
        return prod(self.shape) * np.dtype(self.dtype).itemsize


def _words(row: tuple[Dtype, Shape]) -> str:
    return f"{row[0]} {'x'.join(map(str, row[1])) or 'alone'}"


def _power_of_two(value: int) -> int:
    """The largest one up to ``value``, 1 at least."""
    return 1 << max(0, value.bit_length() - 1)


BODIES_PER_COLUMN = 64
POSES_SPEC = ArraySpec(
    name=POSES,
    dtype="float64",
    shape=(BODIES_PER_COLUMN, 7),
    unit="m",
    description="x y z qw qx qy qz of every body of the scene, in its order, world frame",
    ragged=True,
)


class CameraModel(_Data):
    """A recorded camera. ``key`` is its folder under ``data/cameras``."""

    name: str
    key: Name
    width: Annotated[int, Field(gt=0, le=MAX_SIDE)]
    height: Annotated[int, Field(gt=0, le=MAX_SIDE)]
    near: float
    """m"""
    far: float
    """m"""
    model: Literal["pinhole", "brown_conrady", "fisheye"] = "pinhole"
    """OpenCV's lens models."""
    distortion: tuple[float, ...] = ()
    """OpenCV's coefficients: none, k1 k2 p1 p2 k3, or k1 k2 k3 k4."""

    @model_validator(mode="after")
    def _check_distortion(self) -> Self:
        count = len(COEFFICIENTS.get(self.model, ()))
        if len(self.distortion) != count:
            raise ValueError(f"{self.name}: {self.model} has {count} coefficients, not {len(self.distortion)}")
        return self

    def array(self, image: str) -> str:
        """Name of one of its arrays."""
        return f"cameras/{self.key}/{image}"

    def rows(self) -> dict[str, tuple[Dtype, Shape]]:
        """Type and shape of one row of each of its arrays."""
        size = (self.height, self.width)
        images: dict[str, tuple[Dtype, Shape]] = dict.fromkeys((DEPTH, INSTANCE, SEMANTIC), ("uint16", size))
        return {RGB: ("uint8", (*size, 3)), **images, INTRINSICS: ("float64", (3, 3)), EXTRINSICS: ("float64", (7,))}


def camera_key(name: str) -> str:
    """A folder name for a camera's name: ``robot/front`` becomes ``robot_front``."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "camera"


class TaxonomyEntry(_Data):
    """One class that ids in ``semantic_segmentation`` mean."""

    id: int
    name: str
    supercategory: str


class Operation(_Data):
    """What made a dataset of others."""

    name: str
    arguments: dict[str, Plain] = {}


class Ancestor(_Data):
    """What a derived dataset remembers of one that it was made of."""

    name: str
    digest: str
    created: str
    generator: str
    licence: str
    episodes: int
    frames: int
    operation: Operation | None = None
    ancestry: tuple["Ancestor", ...] = ()


class DatasetMeta(_Data):
    """The root attributes."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    name: str
    created: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    generator: str = Field(default_factory=lambda: f"factory-twin {extensions.version()}")
    licence: str = "unspecified"
    description: str = ""
    env_id: str = ""
    env_arguments: dict[str, Plain] = {}
    scenarios: dict[str, str] = {}
    """SHA-256 of the content of each scenario that episodes were asked for in, by name or file as it was asked for."""
    stride: Annotated[int, Field(gt=0)] = 1
    """Environment steps from one frame to the next."""
    seed: int | None = None
    """What the seeds of all episodes were made from."""
    compression: str = "quick"
    """Profile that new arrays are compressed with, see ``compression``; what there is says for itself how it was."""
    arrays: tuple[ArraySpec, ...]
    cameras: tuple[CameraModel, ...] = ()
    taxonomy: tuple[TaxonomyEntry, ...] = tuple(
        TaxonomyEntry(id=c.id, name=c.name, supercategory=c.supercategory) for c in CLASSES
    )
    units: dict[str, str] = {
        "length": "m",
        "angle": "rad",
        "time": "s",
        "mass": "kg",
        "depth": "mm (0 = no return)",
        "quaternion": "w, x, y, z",
        "camera_frame": "OpenCV: x right, y down, z forward",
    }
    splits: dict[Annotated[str, Field(pattern=f"^{NAME}$")], float] = FRACTIONS
    """Share of the groups in each split; which group goes where is decided by its hash."""
    split_by: SplitBy = "layout"
    """What is a group, where the record of an episode names none."""
    quotas: dict[str, Annotated[int, Field(ge=0)]] = {}
    """How many episodes of which scenarios were asked for; empty where any will do."""
    balance: dict[str, JsonValue] = {}
    """What was asked for, what came out and what came without steering; see ``training.balance.report``."""
    parents: tuple[str, ...] = ()
    """Digests of the datasets this one was derived from."""
    operation: Operation | None = None
    """How; None for what was recorded."""
    ancestry: tuple[Ancestor, ...] = ()
    """What is known about the parents, in their order."""
    view: str = ""
    """Of a view, which stores no frames: where its parent is, seen from here. Its ``arrays`` are the parent's."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for kind, names in (
            ("array", [a.name for a in self.arrays]),
            ("camera", [c.name for c in self.cameras]),
            ("camera folder", [c.key for c in self.cameras]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{kind} '{name}' occurs twice")
        return self

    @model_validator(mode="after")
    def _check_cameras(self) -> Self:
        """Memory is taken by what a camera says, and filled with what its arrays hold."""
        arrays = {spec.name: (spec.dtype, spec.shape) for spec in self.arrays}
        for camera in self.cameras:
            for image, row in camera.rows().items():
                name = camera.array(image)
                if (found := arrays.get(name, row)) != row:
                    raise ValueError(f"{name} is {_words(found)}; of its camera it should be {_words(row)}")
        return self


class EpisodeRecord(_Data):
    """What is known about one episode besides its arrays. The writer fills in the last group of fields."""

    episode: Annotated[int, Field(ge=0)]
    """Its number; the order of episodes, whoever wrote them and when."""
    seed: int | None = None
    agent: str = ""
    robot: str = ""
    layout: str = ""
    layout_digest: str = ""
    """Of the layout as it was drawn: what a scenario changes in it, ``draws`` has. The hall is what splits go by."""
    scenario: str = ""
    draws: dict[str, Plain] = {}
    """Every random draw, so that the episode can be made again."""
    engine: str = ""
    renderer: str = ""
    group: str = ""
    """What must not stand on both sides of a split; by default ``DatasetMeta.split_by`` says what."""
    outcome: dict[str, bool | int | float | str] = {}
    quality: str = ""
    """Profile its colours were drawn with."""
    instruction: str = ""
    """What the agent was asked to do, as a sentence."""

    left_out: Literal["", "ends", "between"] = ""
    """Frames of the recorded episode that are not here: none, only some before the first or behind the last one, or
    some in between as well."""
    split: Annotated[str, Field(pattern=f"^({NAME})?$")] = ""
    scene: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    """Digest of its scene, stored under ``meta/scenes``; empty where there is none."""
    frames: Annotated[int, Field(ge=0)] = 0
    widths: dict[str, Annotated[int, Field(ge=0, le=MAX_WIDTH)]] = {}
    """How many entries of axis 1 the episode really uses in each ragged array."""
    boxes: dict[str, int] = {}
    """Class name -> labelled objects, counted once per camera image they are visible in."""
    digest: str = ""
    """SHA-256 of everything above and of the arrays."""
