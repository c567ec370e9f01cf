"""What lights a hall."""

import math
from typing import Annotated, Literal

from pydantic import Field

from twin.file_model import FileModel
from twin.scene import Light

_Meters = Annotated[float, Field(ge=-2000, le=2000)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Axis = Annotated[float, Field(ge=-1, le=1)]

SKYLIGHTS = (
    Light("directional", direction=(-0.38, 0.27, -0.88), intensity=0.75, casts_shadow=True),
    Light("directional", direction=(0.55, -0.6, -0.6), color=(0.92, 0.96, 1.0), intensity=0.35),
)
"""One from the south-east that casts shadows, and a weaker one that fills them."""


class LightModel(FileModel):
    """A light of a layout."""

    kind: Literal["directional", "point", "spot"]
    """``directional`` is daylight, from no place; ``point`` shines all around, ``spot`` into a cone."""
    at: tuple[_Meters, _Meters, _Meters] = (0.0, 0.0, 5.0)
    """x, y, z in the hall, m; of no use to daylight."""
    direction: tuple[_Axis, _Axis, _Axis] = (0.0, 0.0, -1.0)
    """From the light; of no use to a ``point``."""
    color: tuple[_Share, _Share, _Share] = (1.0, 1.0, 1.0)
    """Red, green, blue."""
    intensity: Annotated[float, Field(ge=0, le=100)] = 1.0
    """Beside that of the other lights of its kind."""
    cutoff_deg: Annotated[float, Field(gt=0, lt=90)] = 45.0
    """Half angle of a spot's cone, degrees."""
    casts_shadow: bool = False
    """Of all lights that do, renderers draw the shadows of the brightest."""

    def light(self) -> Light:
        """As part of a scene."""
        cutoff = math.radians(self.cutoff_deg)
        return Light(self.kind, self.at, self.direction, self.color, self.intensity, cutoff, self.casts_shadow)


def lights(models: tuple[LightModel, ...] | None) -> tuple[Light, ...]:
    """Those of a layout, or ``SKYLIGHTS`` where it names none."""
    return SKYLIGHTS if models is None else tuple(model.light() for model in models)
