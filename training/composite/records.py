"""What is stored of composites: the root attributes, the record of each, the arrays of its frame."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.composite.about import About
from training.composite.asked import Compositing
from training.composite.compose import COLORS, Backdrop, Composite
from training.composite.placing import described
from training.composite.view import CAMERA_HEIGHT, FAR, NAME
from training.dataset import cameras, marks
from training.dataset.episode_stream import TIME
from training.dataset.reader import Dataset
from training.dataset.schema import POSES, POSES_SPEC, ArraySpec, DatasetMeta, EpisodeRecord, Operation
from twin.lenses import Lens
from twin.scene import Camera

OPERATION = "composite"


def meta_of(
    asked: Compositing, paths: Sequence[Path], size: tuple[int, int], name: str, compression: str
) -> DatasetMeta:
    """The root attributes. The sources are known by name and content; where they lie is nobody's business."""
    model = cameras.model(Camera(NAME, lens=Lens(width=size[0], height=size[1], far=FAR)))
    arrays = (
        ArraySpec(name=TIME, dtype="float64", unit="s", description="0: a photo is a moment"),
        POSES_SPEC,
        *cameras.arrays(model),
        *marks.SPECS,
    )
    sources = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    arguments: dict[str, Any] = {
        "photos": sources,
        "objects": list(asked.objects),
        "least": asked.least,
        "most": asked.most,
        "per_photo": asked.per_photo,
        "size": list(size),
        "said": asked.about.model_dump(mode="json", exclude_unset=True),
        "redact": asked.redact,
        "seed": asked.seed,
    }
    return DatasetMeta(
        name=asked.name or name,
        licence=asked.licence,
        description="photographs with synthetic objects put in; labels are of these objects alone",
        seed=asked.seed,
        compression=compression,
        arrays=arrays,
        cameras=(model,),
        operation=Operation(name=OPERATION, arguments=arguments),
    )


def record_of(asked: Compositing, given: Backdrop, about: About, made: Composite, *, redacted: bool) -> EpisodeRecord:
    """All that is known of a frame, its number left open. Frames of one photo are one group: no split parts them."""
    photo, view = given.photo, given.view
    draws: dict[str, Any] = {
        "photo": {"file": photo.name, "sha256": photo.sha256, "size": list(photo.size)},
        "said": about.model_dump(mode="json", exclude_unset=True),
        "camera": {"height": round(view.height, 3), "focal": round(view.lens.fx, 3), **view.sources},
        "look": given.look.described(),
        "objects": list(described(made.places)),
    }
    if redacted:
        draws["redacted"] = asked.redact
    return EpisodeRecord(
        episode=0,
        seed=asked.seed,
        layout=photo.name,
        group=f"photo-{photo.sha256[:16]}",
        draws=draws,
        renderer=made.renderer,
        quality=COLORS.name,
    )


def values_of(given: Backdrop, made: Composite, redacted: bool) -> dict[str, Any]:
    """The arrays of one frame."""
    scene, camera = made.scene, given.view.camera
    poses = scene.initial_poses
    frame = cameras.row(made.frame, camera, scene, poses, cameras.class_lookup(scene))
    return {TIME: 0.0, POSES: poses, **frame, **marks.row(contains_real_pixels=True, redacted=redacted)}


def assumed(made: Path) -> list[str]:
    """What nobody said and nothing told of the cameras, in how many frames."""
    cameras_of = [record.draws["camera"] for record in Dataset(made).records()]
    found = []
    for key, origin, what in (
        ("camera_height", "assumed", f"the camera's height was assumed to be {CAMERA_HEIGHT:g} m"),
        ("fov", "guessed", "the field of view was assumed to be a phone's"),
    ):
        if count := sum(isinstance(one, dict) and one.get(key) == origin for one in cameras_of):
            flag = f"--{key.replace('_', '-')}"
            found.append(f"in {count} of {len(cameras_of)} frames {what}; {flag}, or {key} in NAME.yaml, says it")
    return found
