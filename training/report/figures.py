"""Pictures inside a page: drawn once, readable on light and on dark, inlined as data."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

INK = "#8a8a8a"
"""Text and axes: on white as readable as on near-black."""
AGENT_COLORS = {"expert": "#2b95d6", "policy": "#e8702a", "random": "#a58bd0"}
PALETTE = ("#2b95d6", "#e8702a", "#a58bd0", "#2a9d6f", "#c8a02a", "#d64545")
DPI = 160
JPEG_QUALITY = 88


def agent_colors(names: Sequence[str]) -> dict[str, str]:
    """A colour for each; those known everywhere have theirs, the others what is left."""
    free = iter([c for c in PALETTE if c not in [AGENT_COLORS.get(name) for name in names]] * len(names))
    return {name: AGENT_COLORS.get(name) or next(free) for name in names}


def figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, transparent."""
    made = Figure(figsize=(width, height), layout="constrained")
    made.patch.set_alpha(0.0)
    return made


def neutral(axes: Axes) -> Axes:
    """The same axes without a background, in neutral ink, open at the top and on the right."""
    axes.patch.set_alpha(0.0)
    axes.tick_params(colors=INK, labelsize=8)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.title.set_color(INK)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_visible(side in ("left", "bottom"))
    return axes


def png(drawn: Figure) -> str:
    """A figure as a data URI."""
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", dpi=DPI)
    return _data_uri("image/png", buffer.getvalue())


def jpeg(picture: npt.NDArray[np.uint8]) -> str:
    """An image (height, width, 3) as a data URI."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="JPEG", quality=JPEG_QUALITY)
    return _data_uri("image/jpeg", buffer.getvalue())


def picture_file(path: Path) -> str:
    """A PNG file as a data URI."""
    return _data_uri("image/png", path.read_bytes())


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
