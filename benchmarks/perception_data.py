"""The datasets of the study of perception: stills of generated halls, each described by a ``Recipe``."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import perception_target as target
from perception_tiny import TinyRenderer

import factories
import robots
from envs import scenarios
from envs.sites import Site
from factories.cameras import look_at
from factories.layout import Layout
from training.dataset import Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, cameras
from training.dataset.schema import POSES, POSES_SPEC
from training.perception.classes import DEFAULT
from twin import rendering
from twin.lenses import Lens
from twin.look import PLAIN, Look
from twin.rendering.base import Frame, Renderer
from twin.scene import Camera, Scene

FIELD_OF_VIEW = np.radians(60)
NEAR, CROWDED = 0.6, 0.35
"""A still with so much of it nearer than so many metres shows nothing."""
TRIES = 40
"""Places for a camera, for each still."""


@dataclass(frozen=True)
class Recipe:
    """``episodes`` halls with ``views`` stills each; hall k is that of seed ``seed + k``."""

    name: str
    seed: int
    episodes: int
    views: int
    size: int = 64
    renderer: str = "raster"
    """Ours, or ``tiny``."""
    qualities: tuple[str, ...] = ("standard",)
    """Profiles of the renderer; halls take them in turn."""
    scenario: str = ""
    """A scenario that randomizes each hall, by name or file."""
    plant: bool = False
    """Whether it is the other plant, that nothing is learned from."""

    @property
    def frames(self) -> int:
        """Stills in all."""
        return self.episodes * self.views


def record(recipe: Recipe, folder: Path, done: Callable[[int], None] = lambda _: None) -> Path:
    """Record what is not there yet; ``done(stills)`` after each hall."""
    path = folder / f"{recipe.name}.zarr"
    camera = Camera("still", lens=Lens.from_fov(recipe.size, recipe.size, fov_y=FIELD_OF_VIEW))
    model = cameras.model(camera)
    meta = DatasetMeta(
        name=recipe.name,
        licence="CC0-1.0",
        cameras=(model,),
        arrays=(POSES_SPEC, *cameras.arrays(model)),
        env_arguments={"scenario": recipe.scenario and Path(recipe.scenario).stem, "plant": recipe.plant},
        seed=recipe.seed,
    )
    target.paint(folder / "textures")
    writer = DatasetWriter.resume(path, meta) if path.exists() else DatasetWriter.create(path, meta)
    with writer:
        for number in range(recipe.episodes):
            if number not in writer.numbers:
                _hall(recipe, number, camera, writer, folder / "textures")
            done(recipe.views)
    return path


def complete(recipe: Recipe, folder: Path) -> bool:
    """Whether all of it is there."""
    path = folder / f"{recipe.name}.zarr"
    return path.exists() and Dataset(path).episodes == recipe.episodes


def _hall(recipe: Recipe, number: int, camera: Camera, writer: DatasetWriter, textures: Path) -> None:
    seed = recipe.seed + number
    rng = np.random.default_rng((seed, recipe.plant))
    layout = _layout(seed, rng, plant=recipe.plant)
    quality = recipe.qualities[number % len(recipe.qualities)]
    look, record = PLAIN, EpisodeRecord(episode=number, seed=seed, quality=quality)
    if recipe.scenario:
        production = scenarios.Production(scenarios.load(recipe.scenario), seed)
        site = production.site(Site.of(layout, robots.load("amr")))
        layout, scene, look = site.layout, site.scene, site.staging.look
        record = record.model_copy(
            update={"scenario": production.scenario.name, "draws": json.loads(json.dumps(production.data()))}
        )
    elif recipe.plant:
        scene = factories.build(layout)
    else:  # with a robot in it, as those of the scenario
        scene = Site.of(layout, robots.load("amr")).scene
    if recipe.plant:
        scene = target.restyled(scene, textures, rng)
    classes = cameras.class_lookup(scene)
    about = {"layout": layout.name, "layout_digest": layout.digest()}
    with _renderer(recipe.renderer, quality, scene) as renderer:
        about["renderer"] = renderer.describe()
        with writer.episode(record.model_copy(update=about), scene) as episode:
            for frame, seen in _stills(recipe, layout, scene, renderer, camera, look, rng):
                row = cameras.row(frame, seen, scene, scene.initial_poses, classes)
                episode.append({POSES: scene.initial_poses, **row})


def _layout(seed: int, rng: np.random.Generator, *, plant: bool) -> Layout:
    """Halls full of what is looked for; those of the other plant have other sizes."""
    x, y = (rng.uniform(18, 28), rng.uniform(14, 20)) if plant else (rng.uniform(12, 22), rng.uniform(10, 16))
    return factories.generate(
        seed,
        size=(round(float(x), 1), round(float(y), 1)),
        density=round(float(rng.uniform(0.1, 0.35)), 3),
        clutter=round(float(rng.uniform(4, 12)), 2),
        workers=int(rng.integers(1, 5)),
        vehicles=int(rng.integers(0, 4)),
    )


@contextmanager
def _renderer(name: str, quality: str, scene: Scene) -> Iterator[Renderer]:
    if name == "tiny":
        with TinyRenderer(scene) as renderer:
            yield renderer
    else:
        with rendering.create(scene, name, quality) as renderer:
            yield renderer


def _stills(
    recipe: Recipe,
    layout: Layout,
    scene: Scene,
    renderer: Renderer,
    camera: Camera,
    look: Look,
    rng: np.random.Generator,
) -> Iterator[tuple[Frame, Camera]]:
    """Stills that look at one of the learned objects, each class as often as the others."""
    taken = 0
    for _ in range(TRIES * recipe.views):
        seen = _view(layout, scene, camera, rng)
        if seen is None:
            continue
        frame = renderer.render(scene.initial_poses, seen)
        if ((frame.depth > 0) & (frame.depth < NEAR)).mean() > CROWDED:
            continue
        yield replace(frame, rgb=look.developed(frame.rgb, camera.name, float(taken))), seen
        taken += 1
        if taken == recipe.views:
            return
    raise RuntimeError(f"{layout.name}: only {taken} of {recipe.views} stills show anything")


def _view(layout: Layout, scene: Scene, camera: Camera, rng: np.random.Generator) -> Camera | None:
    by_class: dict[str, list[str]] = {}
    for instance in scene.instances:
        if instance.class_name in DEFAULT:
            by_class.setdefault(instance.class_name, []).append(instance.body)
    bodies = by_class[sorted(by_class)[rng.integers(len(by_class))]]
    x, y, z = scene.initial_poses[scene.body_index[bodies[rng.integers(len(bodies))]], :3]
    away, around, height = rng.uniform(1.5, 4.5), rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 2.5)
    eye = (float(x + away * np.cos(around)), float(y + away * np.sin(around)), float(height))
    if not (0.3 < eye[0] < layout.size[0] - 0.3 and 0.3 < eye[1] < layout.size[1] - 0.3):
        return None
    aim = (float(x + rng.normal(0, 0.5)), float(y + rng.normal(0, 0.5)), float(z + rng.uniform(0, 1)))
    return replace(camera, pose=look_at(eye, aim))
