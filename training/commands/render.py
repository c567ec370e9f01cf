"""Draw a layout from above and in perspective, side by side, as a PNG."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import not_negative, positive, writable
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

    layout: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="LAYOUT")]
    """A shipped layout's name, or a layout file."""
    out: Path
    """PNG file to write."""
    height: int = 640
    """Of the picture, px; at most 2000."""
    renderer: str = "auto"
    """What draws: auto, raster, classic or rays."""
    quality: str = "full"
    """How the picture looks: fast, standard or full."""
    labels: bool = False
    """Every label of the robot's camera at the start of an episode instead, side by side."""
    seed: int = 0
    """Of that episode."""


def run(args: Args) -> int:
    """Draw, and write the file."""
    import factories
    from twin import rendering
    from twin.yaml_files import write_atomically

    positive(height=args.height)
    not_negative(seed=args.seed)
    if args.height > MAX_HEIGHT:
        raise InputError(f"--height {args.height}: should be at most {MAX_HEIGHT}")
    writable(out=args.out)
    if args.out.suffix.lower() != ".png":
        raise InputError(f"--out {args.out}: pictures are written as .png")
    layout = factories.load(args.layout)
    if args.labels:
        write_atomically(args.out, _png([_label_sheet(args)]))
        print(f"wrote {args.out}: the labels of an episode's first frame in {layout.name}")
        return 0
    with rendering.create(factories.build(layout), args.renderer, args.quality) as renderer:
        views = [_view(renderer, name, args.height) for name in VIEWS]
        write_atomically(args.out, _png(views))
        print(f"wrote {args.out}: {layout.name} from above and in perspective, drawn by {renderer.describe()}")
    return 0


def _label_sheet(args: Args) -> "Picture":
    """What the robot sees where an episode starts, with a step ahead for the flow."""
    import numpy as np

    from envs.factory_env import FactoryEnv
    from twin.labels import LabelInput
    from twin.rendering.label_drawings import lidar, sheet

    env = FactoryEnv("PointNav", layout=args.layout, renderer=args.renderer, camera_size=(320, 240))
    try:
        env.reset(seed=args.seed)
        world, camera = env.world, env.camera
        poses, returns = world.poses().copy(), world.lidar_labelled()
        frame = world.render(camera.name)
        env.step(np.ones(env.action_space.shape or (), np.float32))
        given = LabelInput(frame, world.scene, poses, camera, world.renderer, world.poses())
        return sheet(given, more={"lidar": lidar(given, 1, returns.points, returns.class_id)})
    finally:
        env.close()


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
