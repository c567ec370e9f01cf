"""Draw a layout from above and in perspective, side by side, as a PNG."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import positive, writable
from twin.errors import InputError

if TYPE_CHECKING:
    from twin.rendering.base import Renderer
    from twin.rendering.overlay import Picture

VIEWS = ("overview", "perspective")
MAX_HEIGHT = 2000
SMOOTHING = 2
"""Pixels drawn for each one written, each way."""


@dataclass(frozen=True)
class Args:
    """The flags of ``twin render``."""

    layout: Annotated[str, tyro.conf.Positional]
    """A shipped layout's name, or a layout file."""
    out: Path
    """PNG file to write."""
    height: int = 640
    """Of the picture, px; at most 2000."""
    renderer: str = "auto"
    """What draws: auto, raster, classic or rays."""


def run(args: Args) -> int:
    """Draw, and write the file."""
    import factories
    from twin import rendering
    from twin.yaml_files import write_atomically

    positive(height=args.height)
    if args.height > MAX_HEIGHT:
        raise InputError(f"--height {args.height}: should be at most {MAX_HEIGHT}")
    writable(out=args.out)
    if args.out.suffix.lower() != ".png":
        raise InputError(f"--out {args.out}: pictures are written as .png")
    layout = factories.load(args.layout)
    with rendering.create(factories.build(layout), args.renderer) as renderer:
        views = [_view(renderer, name, args.height) for name in VIEWS]
        write_atomically(args.out, _png(views))
        print(f"wrote {args.out}: {layout.name} from above and in perspective, drawn by {renderer.describe()}")
    return 0


def _view(renderer: "Renderer", name: str, height: int) -> "Picture":
    """One camera's picture, ``height`` high."""
    from dataclasses import replace

    import numpy as np

    camera = renderer.scene.camera(name)
    width = round(height * camera.lens.width / camera.lens.height)
    camera = replace(camera, lens=camera.lens.resized(SMOOTHING * width, SMOOTHING * height))
    fine = renderer.render(renderer.scene.initial_poses, camera).rgb
    blocks = fine.reshape(height, SMOOTHING, width, SMOOTHING, 3)
    return blocks.mean(axis=(1, 3)).round().astype(np.uint8)


def _png(views: "list[Picture]") -> bytes:
    import numpy as np
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.concatenate(views, axis=1)).save(file, "png", optimize=True)
    return file.getvalue()
