"""Render objects into real photographs: real pixels, exact labels for what was put in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training import help_texts
from training.flag_checks import image_size, not_negative, positive

REDACT = (
    "How what the YAML files and redact/NAME.png name is made unrecognisable: "
    f"{help_texts.names('training.derive.redactions')}."
)


@dataclass(frozen=True)
class Args:
    """The flags of ``twin composite``."""

    photos: Path
    """Folder of photos (JPEG, PNG, WebP, BMP); they are only read. Beside NAME.jpg there may be masks/NAME.png, white
    where something stands before the objects, redact/NAME.png, white where nobody shall be recognised, and NAME.yaml
    with horizon, camera_height, fov, floor and redact for that photo."""
    out: Path
    """Dataset to write; must not exist, or be empty."""
    objects: tuple[str, ...] = (
        "pallet",
        "stillage",
        "pallet_truck",
        "forklift",
        "small_load_carrier",
        "carton",
        "worker",
    )
    """Kinds of equipment to choose from."""
    least: int = 1
    """Objects in a photo, at least."""
    most: int = 3
    """Objects in a photo, at most; fewer where there is no room."""
    per_photo: int = 1
    """Frames made of each photo, each with other objects."""
    size: str = ""
    """Width and height of the images in pixels, such as 640x480; photos are reduced and cut about their middle. By
    default as most photos are, 1280 pixels long at most."""
    horizon: str = ""
    """Height of the horizon as a share of the photo's height from the top, or two, such as 0.38,0.42, for its left and
    right edge; by default found from straight lines."""
    camera_height: float | None = None
    """Of the camera above the floor, m; 1.5 by default."""
    fov: float | None = None
    """Vertical field of view, rad; by default what EXIF or converging uprights tell, else that of a phone."""
    redact: Annotated[str, tyro.conf.arg(help=REDACT)] = "pixelate"
    licence: str = "unspecified"
    """Of the photos, and so of the result, as an SPDX expression such as CC-BY-4.0."""
    skip: bool = False
    """Leave out photos that cannot be used rather than stop at the first."""
    seed: int = 0
    """Of all draws."""
    compression: str = "quick"
    """quick or small."""


def run(args: Args) -> int:
    """Make the dataset, and say what is in it."""
    from training.composite.about import of_flags
    from training.composite.asked import Compositing
    from training.composite.photos import find
    from training.composite.write import write
    from training.progress import progress

    positive(least=args.least, most=args.most, per_photo=args.per_photo)
    not_negative(seed=args.seed)
    asked = Compositing(
        photos=args.photos,
        objects=args.objects,
        least=args.least,
        most=args.most,
        per_photo=args.per_photo,
        size=image_size(args.size) if args.size else None,
        about=of_flags(args.horizon, args.camera_height, args.fov),
        redact=args.redact,
        skip=args.skip,
        seed=args.seed,
        licence=args.licence,
    )
    with progress("compositing", total=len(find(args.photos)[0]), unit="photos") as bar:
        made = write(asked, args.out, bar.advance, compression=args.compression)
    for remark in made.remarks:
        print(remark)
    objects = sum(sum(record.boxes.values()) for record in made.dataset.records())
    print(f"{args.out}: {made.dataset.frames} frames with {objects} labelled objects, licence {asked.licence}")
    return 0
