"""What is known of a photo besides its pixels: by flags for all, or in ``NAME.yaml`` beside ``NAME.jpg`` for one."""

import math
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, field_validator

from twin.errors import InputError
from twin.file_model import FileModel

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Level: TypeAlias = Annotated[float, Field(ge=-2, le=2)]
Region: TypeAlias = tuple[Share, Share, Share, Share]
"""Left, top, right, bottom."""


class About(FileModel):
    """Lengths across the image are shares of its width or height, from the top left corner of the upright photo."""

    horizon: Level | tuple[Level, Level] | None = None
    """Height of the horizon from the top; two numbers: at the left and at the right edge."""
    camera_height: Annotated[float, Field(gt=0.05, le=30)] | None = None
    """Of the camera above the floor, m."""
    fov: Annotated[float, Field(gt=0.05, lt=3.0)] | None = None
    """Vertical field of view, rad."""
    floor: Annotated[tuple[tuple[Share, Share], ...], Field(min_length=3, max_length=200)] | None = None
    """Corners (x, y) of the free floor, where objects may stand."""
    redact: Annotated[tuple[Region, ...], Field(max_length=1000)] = ()
    """Rectangles (left, top, right, bottom) that nobody shall recognise, such as faces and number plates."""

    @field_validator("redact")
    @classmethod
    def _not_empty(cls, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        for left, top, right, bottom in regions:
            if not (left < right and top < bottom):
                raise ValueError(f"[{left}, {top}, {right}, {bottom}] is no left, top, right, bottom")
        return regions

    def over(self, general: "About") -> "About":
        """What is said here, and where nothing is, what is said in general."""
        return general.model_copy(update=self.model_dump(exclude_unset=True))


def beside(photo: Path) -> About:
    """What the YAML file beside a photo says; nothing where there is none. Raises ``FileError``."""
    from twin.yaml_files import load_yaml_model

    for suffix in (".yaml", ".yml"):
        path = photo.with_suffix(suffix)
        if path.is_file():
            return load_yaml_model(path, About)
    return About()


def of_flags(horizon: str, camera_height: float | None, fov: float | None) -> About:
    """What flags say of all photos; raises ``InputError``."""
    given: dict[str, object] = {}
    if horizon:
        given["horizon"] = _horizon(horizon)
    if camera_height is not None:
        if not 0.05 < camera_height <= 30:
            raise InputError(f"--camera-height {camera_height:g}: should be more than 0.05 and at most 30 m")
        given["camera_height"] = camera_height
    if fov is not None:
        if not 0.05 < fov < 3.0:
            raise InputError(f"--fov {fov:g}: should be more than 0.05 and less than 3 rad; 60 degrees are 1.05")
        given["fov"] = fov
    return About.model_validate(given)


def _horizon(text: str) -> float | tuple[float, ...]:
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) not in (1, 2) or not all(math.isfinite(value) and abs(value) <= 2 for value in values):
        shape = "shares of the photo's height from the top, such as 0.4, or 0.38,0.42 for its left and right edge"
        raise InputError(f"--horizon {text}: should be {shape}")
    return values[0] if len(values) == 1 else values
