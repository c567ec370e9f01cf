"""Laws of all randomizers of scenes: stored draws do it again, labels stay, what is drawn is plain data."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from envs.sites import Site
from factories import load
from robots import load as load_robot
from twin.physics.inertia import body_inertia
from twin.randomizers import Randomizer, randomizers
from twin.samplers import Dice
from twin.scene import validate
from twin.staging import Staging

NAMES = sorted(randomizers())


@cache
def stage() -> Staging:
    return Site.of(load("small_warehouse"), load_robot("amr"), (64, 48)).staging


def default(name: str) -> Randomizer:
    return randomizers()[name].model_validate({"type": name, **({"effect": "noise"} if name == "effect" else {})})


def dice(seed: int) -> Dice:
    return Dice(np.random.default_rng(seed).random)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_drawn_is_plain_data_that_does_the_same_again(name: str) -> None:
    randomizer = default(name)
    drawn = randomizer.draw(stage(), dice(1))
    assert randomizer.apply(stage(), json.loads(json.dumps(drawn))) == randomizer.apply(stage(), drawn)
    assert drawn == randomizer.draw(stage(), dice(1))
    assert drawn != randomizer.draw(stage(), dice(2))


@pytest.mark.parametrize("name", NAMES)
def test_it_changes_something_and_the_scene_stays_whole(name: str) -> None:
    randomizer = default(name)
    before = stage()
    after = randomizer.apply(before, randomizer.draw(before, dice(0)))
    assert after != before
    validate(after.scene)
    assert after.scene.instances == before.scene.instances
    assert [b.name for b in after.scene.bodies][: len(before.scene.bodies)] == [b.name for b in before.scene.bodies]


def test_flying_things_take_no_name_that_a_layout_has() -> None:
    own = load("small_warehouse")
    pallet = next(item for item in own.equipment if item.type == "pallet").model_copy(update={"name": "distractor_2"})
    named = own.model_copy(update={"equipment": tuple(pallet if i.at == pallet.at else i for i in own.equipment)})
    staging = Site.of(named, load_robot("amr"), (64, 48)).staging
    flying = randomizers()["flying_distractors"].model_validate({"type": "flying_distractors", "count": 5})
    after = flying.apply(staging, flying.draw(staging, dice(0)))
    validate(after.scene)
    assert [body.name for body in after.scene.bodies[-5:]] == [f"distractor_{k}" for k in (0, 1, 3, 4, 5)]


@pytest.mark.parametrize("name", NAMES)
def test_every_corner_of_its_distributions_can_be_applied(name: str) -> None:
    randomizer = default(name)
    for u in (0.0, 1.0):
        after = randomizer.apply(stage(), randomizer.draw(stage(), Dice(lambda u=u: u)))  # type: ignore[misc]
        validate(after.scene)


def test_a_hue_turned_half_round_and_back_is_itself() -> None:
    kind = randomizers()["materials"]
    still = {"saturation": 1.0, "value": 1.0, "roughness": 0.5}
    half: dict[str, Any] = {m.name: {"hue": 0.5, **still} for m in stage().scene.materials}
    turned = kind(type="materials").apply(stage(), half)
    back = kind(type="materials").apply(turned, half)
    for one, other in zip(stage().scene.materials, back.scene.materials, strict=True):
        assert one.color == pytest.approx(other.color, abs=1e-9)


def test_lights_may_change_while_an_episode_runs_and_then_leave_the_scene_alone() -> None:
    lights = randomizers()["lights"](type="lights", mode="interval", every=2.0)
    after = lights.apply(stage(), lights.draw(stage(), dice(0)))
    assert after.scene is stage().scene
    assert after.look.lights
    assert replace(after.look, lights=None, ambient=None) == stage().look


@pytest.mark.parametrize(("mass", "height"), [(40.0, 0.8), (300.0, 0.2)])
def test_a_load_adds_its_mass_at_its_height(mass: float, height: float) -> None:
    kind = randomizers()["payload"]
    after = kind.model_validate({"type": "payload"}).apply(stage(), {"mass": mass, "height": height})
    bare, loaded = (
        body_inertia(next(b for b in scene.bodies if b.name == "robot"), {m.name: m for m in scene.meshes})
        for scene in (stage().scene, after.scene)
    )
    load = next(b for b in after.scene.bodies if b.name == "robot").geoms[-1]
    bottom = load.pose.position[2] - load.size[2]
    at = height if height == 0.8 else 0.1 + load.size[2]  # it would reach into the floor
    assert bottom >= 0.1 - 1e-9
    assert loaded.mass == pytest.approx(bare.mass + mass)
    assert load.pose.position[2] == pytest.approx(at)
    assert loaded.center[2] == pytest.approx((bare.mass * bare.center[2] + mass * at) / (bare.mass + mass))


@pytest.mark.parametrize("name", NAMES)
def test_what_changes_pictures_only_leaves_what_happens_as_it_is(name: str) -> None:
    """And what is not called so does change it: recorded poses would not be those."""
    randomizer = default(name)
    before = stage()
    after = randomizer.apply(before, randomizer.draw(before, dice(0)))
    assert (_moving(after, len(before.scene.bodies)) == _moving(before)) == randomizer.pictures_only


@pytest.mark.parametrize("name", [name for name in NAMES if "interval" in randomizers()[name].modes])
def test_what_is_drawn_while_an_episode_runs_leaves_its_scene_alone(name: str) -> None:
    randomizer = default(name).model_copy(update={"mode": "interval", "every": 1.0})
    after = randomizer.apply(stage(), randomizer.draw(stage(), dice(0)))
    assert after.scene is stage().scene
    assert after != stage()


def _moving(staging: Staging, bodies: int | None = None) -> Any:
    """What decides how things move: masses, shapes, friction, motors, and the robot's sensors and drive."""
    scene = staging.scene
    solid = [
        replace(body, geoms=tuple(replace(g, material="") for g in body.geoms if g.collides)) for body in scene.bodies
    ]
    beyond = [geom for body in solid[bodies:] for geom in body.geoms] if bodies is not None else []
    return solid[:bodies], beyond, scene.actuators, scene.patrols, staging.mobile
