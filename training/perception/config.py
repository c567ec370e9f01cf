"""The configuration of a training run: everything needed to train the same network again."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, model_validator

from training.perception import classes
from training.perception.frames import MIN_PIXELS
from training.perception.network import LONGEST, MOST_CHANNELS, MULTIPLE, WIDTHS
from twin.errors import InputError

Channels = Annotated[int, Field(gt=0, le=MOST_CHANNELS)]
Length = Annotated[int, Field(gt=0, le=LONGEST)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(_Data):
    """A dataset to learn from."""

    path: str
    digest: str
    share: PositiveFloat | None = None
    """Of every batch; None where all datasets count as one."""
    about: dict[str, Any] = Field(default_factory=dict)


class Start(_Data):
    """A trained network whose weights this one begins with."""

    path: str
    digest: str
    """SHA-256 of its file."""
    about: dict[str, Any] | None = None
    """What it learned from, as its file says it."""


class PerceptionConfig(_Data):
    """One run: data, size, budget and seed."""

    data: tuple[Source, ...]
    split: str = "train"
    """What is learned from; everything where empty."""
    val_split: str = "val"
    """What the learning curve is judged on, where there is such a one."""
    classes: tuple[str, ...] = classes.DEFAULT
    size: tuple[Length, Length] = (128, 128)
    """Width and height that images are scaled to, multiples of 16."""
    min_pixels: NonNegativeInt = MIN_PIXELS
    widths: tuple[Channels, Channels, Channels, Channels] = WIDTHS
    steps: Annotated[int, Field(gt=0, le=100_000_000)] = 800
    batch: Annotated[int, Field(gt=0, le=4096)] = 16
    rate: PositiveFloat = 4e-3
    """Learning rate at its highest."""
    decay: float = Field(default=1e-2, ge=0)
    """AdamW's weight decay."""
    mirror: bool = True
    """Whether half of the images are seen in a mirror."""
    target: float | None = Field(default=None, gt=0, le=1)
    """mIoU on the validation frames at which training stops."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    threads: Annotated[int, Field(gt=0, le=1024)] | None = None
    """Of PyTorch, one a core where None. Sums differ in their last bits between numbers of threads."""
    start: Start | None = None
    generator_version: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if any(length % MULTIPLE for length in self.size):
            raise InputError(
                f"--size {self.size[0]}x{self.size[1]}: width and height should be multiples of {MULTIPLE}"
            )
        classes.checked(self.classes)
        return self

    @property
    def shares(self) -> tuple[float, ...]:
        """Of each dataset in every batch; none where they count as one."""
        return tuple(source.share for source in self.data if source.share is not None)

    def about(self) -> dict[str, Any]:
        """What the network's file says of where it comes from; no path of this machine in it."""
        settings = self.model_dump(
            mode="json", include={"steps", "batch", "rate", "decay", "mirror", "split", "min_pixels"}
        )
        return {
            "classes": list(self.classes),
            "size": list(self.size),
            "widths": list(self.widths),
            "generator_version": self.generator_version,
            "lineage": {
                "seed": self.seed,
                "settings": settings,
                "data": [source.model_dump(mode="json", exclude={"path"}) for source in self.data],
                "from": self.start and self.start.model_dump(mode="json", exclude={"path"}),
            },
        }
