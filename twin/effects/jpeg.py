"""What compression does to a picture."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
from pydantic import Field

from twin.effects._base import Effect, Image


class EFFECT(Effect):
    """JPEG."""

    quality: Annotated[float, Field(ge=1, le=100)] = 75
    """libjpeg's, rounded to a whole number."""

    typical: ClassVar[Mapping[str, Any]] = {"quality": {"uniform": [30, 95]}}

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        options = [cv2.IMWRITE_JPEG_QUALITY, round(self.quality)]
        _, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
        decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
        return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)
