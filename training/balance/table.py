"""A report of balance as it is stored, and for a person: a table, and the few lines below it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from twin.errors import DatasetError

_Count = Annotated[int, Field(ge=0)]
_Figure = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Row(_Data):
    """What became of one cell."""

    where: dict[str, str]
    """Axis -> bin."""
    asked: _Count
    got: _Count
    unsteered: _Count
    """In as many random stills."""
    met: bool
    why: str = ""
    """It was not."""


class Ideal(_Data):
    """Frames that ideal samplers would take."""

    at_the_density_of_random_stills: _Figure | None
    """If all objects that count were as many in a frame as in random stills, and each of them wanted."""
    of_all_frames_found: _Figure
    """The shortest mixture of all frames that were looked at, some of them taken in part."""


class Report(_Data):
    """What was asked for, what came out, and what the same number of frames holds without steering."""

    targets: dict[str, Any]
    cells: tuple[Row, ...]
    tolerance: _Figure
    frames: _Count
    unsteered_frames: _Count
    """Fewer than ``frames`` where fewer random ones were looked at."""
    ideal_frames: Ideal
    objects_per_frame: _Figure
    """That are of some cell."""
    objects_per_random_frame: _Figure
    stills_looked_at: _Count
    rounds: _Count

    @property
    def met(self) -> int:
        """How many cells are."""
        return sum(row.met for row in self.cells)


def stored(data: Mapping[str, Any], label: str) -> Report | None:
    """That of a dataset's attributes; None where nothing was asked for. ``DatasetError`` for one that is damaged."""
    try:
        return Report.model_validate(data) if data else None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise DatasetError(f"{label}: its report of balance is damaged: {where}") from error


def table(found: Report) -> list[dict[str, object]]:
    """A row for each cell."""
    axes = dict.fromkeys(axis for row in found.cells for axis in row.where)
    return [
        {
            **{axis: row.where.get(axis, "") for axis in axes},
            "asked": row.asked,
            "unsteered": row.unsteered,
            "got": row.got,
            "off": f"{(row.got - row.asked) / row.asked:+.1%}" if row.asked else f"{row.got:+d}",
            "": row.why,
        }
        for row in found.cells
    ]


def lines(found: Report) -> list[str]:
    """What there is to say besides the table."""
    ideal = found.ideal_frames
    best = [f"{ideal.of_all_frames_found:.0f} for the best mixture of all stills found"]
    if ideal.at_the_density_of_random_stills is not None:
        best.append(f"{ideal.at_the_density_of_random_stills:.0f} at as many objects a frame as random stills have")
    return [
        f"{found.met} of {len(found.cells)} targets met within {found.tolerance:.0%}, "
        f"with {found.frames} frames of {found.stills_looked_at} stills looked at",
        f"frames of an ideal sampler: {', '.join(best)}",
        f"objects that count, a frame: {found.objects_per_frame:.2f} steered, "
        f"{found.objects_per_random_frame:.2f} at random",
    ]
