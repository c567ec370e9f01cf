"""Stills on their way into a dataset: an episode is one scene, its frames are taken from many places."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from pydantic import JsonValue

from training.collection import Info, writer
from training.dataset import DatasetMeta, DatasetWriter, EpisodeRecord, cameras
from training.dataset.schema import POSES, POSES_SPEC
from training.stills import mounts
from training.stills.shots import Shot, shots, usable
from training.stills.stages import CAMERA, Stage, Stages
from twin.errors import DatasetError, PlanningError
from twin.labels import LabelInput
from twin.rendering.base import Frame, Renderer
from twin.rendering.quality import STANDARD
from twin.scene import Camera
from twin.streams import stream

GIVEN_UP = 50
"""Shots in a row that show nothing, after which a scene has no stills."""


@dataclass(frozen=True)
class Stills:
    """What to record: episodes numbered 0, 1, ..., each of one scene, with ``stills`` frames."""

    out: str | Path
    """A folder, or a URL such as ``s3://bucket/warehouse.zarr``."""
    stages: Stages
    stills: int
    episodes: int = 100
    mounts: tuple[str, ...] = ()
    """Who carries the cameras; all kinds where none is named."""
    quality: str = STANDARD.name
    audit: bool = False
    """Stop at the first image that contradicts its scene or its other labels."""
    plan: Mapping[int, tuple[Shot, ...]] | None = None
    """Frames that somebody chose, by episode; ``stills`` random ones of each where None."""
    asked: Mapping[str, JsonValue] = field(default_factory=dict)
    """More of what resuming must be the same in."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """More root attributes: ``name``, ``licence``, ``description``."""

    def numbers(self) -> Iterable[int]:
        """Of the episodes that there shall be; one for which no frame was planned is none."""
        return range(self.episodes) if self.plan is None else sorted(n for n, taken in self.plan.items() if taken)

    def recording(self, part: int, *, resume: bool) -> AbstractContextManager[Callable[[int], Info]]:
        """Takes the frames of one episode after the other."""
        return _recording(self, part, resume=resume)

    def pictures(self, renderer: Renderer, stage: Stage, number: int) -> Iterator["Picture"]:
        """The frames of an episode, as planned or random ones."""
        if self.plan is None:
            return self.random_pictures(renderer, stage)
        return (picture(renderer, stage, shot) for shot in self.plan[number])

    def random_pictures(self, renderer: Renderer, stage: Stage) -> Iterator["Picture"]:
        """``stills`` of them, the same ones for any quality. Raises ``PlanningError`` where the scene has none."""
        rng = stream("stills/shots", stage.seed)
        taken = useless = 0
        for shot in shots(stage, mounts.chosen(self.mounts), rng):
            found = picture(renderer, stage, shot)
            if not usable(found.frame):
                useless += 1
                if useless == GIVEN_UP:
                    raise PlanningError(f"layout '{stage.layout.name}': {GIVEN_UP} stills in a row show nothing")
                continue
            useless = 0
            yield found
            taken += 1
            if taken == self.stills:
                return

    def meta(self) -> DatasetMeta:
        """The root attributes."""
        lens = self.stages.lens
        model = cameras.model(Camera(CAMERA, lens=lens))
        given, randomized = self.stages.scenario, self.stages.randomized
        scenario = given if isinstance(given, str) else given.name
        arguments: dict[str, JsonValue] = {
            "layout": list(self.stages.layouts),
            "generator": dict(self.stages.generator),
            "stills": self.stills,
            "episodes": self.episodes,
            "mounts": list(self.mounts),
            "scenario": scenario,
            "focal": [lens.fx, lens.fy, lens.cx, lens.cy],
            "quality": self.quality,
            **self.asked,
        }
        if self.plan is None:  # more of them may be asked for later
            del arguments["episodes"]
        return DatasetMeta(
            arrays=(POSES_SPEC, *cameras.arrays(model)),
            cameras=(model,),
            env_arguments=arguments,
            scenarios={scenario: randomized.digest()} if randomized else {},
            seed=self.stages.seed,
            **{"name": PurePath(str(self.out)).stem, **self.about},
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame that was drawn, and from where."""

    shot: Shot
    frame: Frame
    camera: Camera


def picture(renderer: Renderer, stage: Stage, shot: Shot) -> Picture:
    """Take a shot: what is there, not what its camera makes of it."""
    camera = shot.camera(stage.lens)
    return Picture(shot, renderer.render(stage.poses(shot.moment), camera), camera)


@contextmanager
def _recording(stills: Stills, part: int, *, resume: bool) -> Iterator[Callable[[int], Info]]:
    with writer(stills.out, stills.meta(), part, resume=resume) as out:
        yield partial(_episode, stills, out)


def _episode(stills: Stills, out: DatasetWriter, number: int) -> Info:
    stage = stills.stages.stage(number)
    classes = cameras.class_lookup(stage.scene)
    taken: list[Shot] = []
    with stage.renderer(stills.quality) as renderer:
        record = EpisodeRecord(
            episode=number,
            seed=stage.seed,
            layout=stage.layout.name,
            layout_digest=stage.origin.digest(),
            scenario=stage.scenario,
            renderer=renderer.describe(),
            quality=stills.quality,
        )
        with out.episode(record, stage.scene) as episode:
            for found in stills.pictures(renderer, stage, number):
                poses = stage.poses(found.shot.moment)
                if stills.audit:
                    _refuse(LabelInput(found.frame, stage.scene, poses, found.camera))
                rgb = stage.look.developed(found.frame.rgb, CAMERA, float(len(taken)))
                frame = replace(found.frame, rgb=rgb)
                episode.append({POSES: poses, **cameras.row(frame, found.camera, stage.scene, poses, classes)})
                taken.append(found.shot)
            episode.draws |= {
                **stage.draws,
                "moments": [shot.moment for shot in taken],
                "mounts": [shot.mount for shot in taken],
            }
    return {"frames": len(taken)}


def _refuse(given: LabelInput) -> None:
    from twin.labels.audit import check

    for problem in check(given):
        raise DatasetError(f"the image of camera '{given.camera.name}' is wrong and is not recorded: {problem}")
