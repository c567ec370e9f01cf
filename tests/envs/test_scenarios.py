"""Scenarios: drawn from the episode's seed, stored, replayed, and refused in one line where they cannot be."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs import scenarios
from envs.factory_env import FactoryEnv
from envs.scenarios import Draw, Production, Scenario
from envs.scenarios.model import problems
from envs.sites import Site
from factories import load as load_layout
from factories.layout import Layout
from factories.randomizers import randomizers as of_layouts
from factories.validation import validate
from robots import load as load_robot
from twin.errors import FileError, InputError, UnknownNameError
from twin.samplers import Dice

OPTIONS: dict[str, Any] = {"obs": ("lidar", "rgb", "depth"), "camera_size": (48, 32)}


@pytest.mark.parametrize("name", [n for n in scenarios.names() if scenarios.load(n).case is None])
def test_shipped_ones_play_again_from_their_seed_and_from_their_draws(
    name: str, make: Callable[..., FactoryEnv]
) -> None:
    env = make(scenario=name, **OPTIONS)
    first, last = played(env, 5)
    draws = json.loads(json.dumps(env.draws))
    for options in (None, {"randomization": draws["randomization"]}):
        for before, now in zip((first, last), played(env, 5, options), strict=True):
            for key, value in before.items():
                np.testing.assert_array_equal(value, now[key], key)
    assert not np.array_equal(first["rgb"], played(env, 6)[0]["rgb"])


def played(env: FactoryEnv, seed: int, options: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    first, _ = env.reset(seed=seed, options=options)
    for _ in range(3):
        last, *_ = env.step(-np.ones(2, np.float32))
    return first, last


def test_a_seed_gives_the_same_start_and_goal_with_and_without_a_scenario(make: Callable[..., FactoryEnv]) -> None:
    lights = scenario(randomizers=[{"type": "lights"}])
    plain, varied = make(), make(scenario=lights)
    for env in (plain, varied):
        env.reset(seed=3)
    assert plain.episode.start == varied.episode.start
    assert plain.episode.goal == varied.episode.goal


def test_late_motors_wait_before_they_move(make: Callable[..., FactoryEnv]) -> None:
    late = scenario(randomizers=[{"type": "physics", "motor_delay": 0.2}])
    env = make(scenario=late, layout="empty")
    env.reset(seed=0)
    ways = []
    for _ in range(6):
        env.step(np.ones(2, np.float32))
        ways.append(env.totals.path_length)
    assert ways[1] < 1e-3 < 0.01 < ways[5]


@cache
def site() -> Site:
    return Site.of(load_layout("small_warehouse"), load_robot("amr"), (48, 32))


def scenario(**parts: Any) -> Scenario:
    return Scenario.model_validate({"name": "s", **parts})


def test_leaving_one_out_changes_no_other_draw() -> None:
    whole = scenarios.load("randomized")
    less = whole.without("lights")

    def draws(one: Scenario) -> dict[str, Any]:
        production = Production(one, 4)
        production.site(site())
        return {draw.name: draw.drawn for draw in production.draws}

    with_all, without = draws(whole), draws(less)
    assert set(with_all) - set(without) == {"lights"}
    assert whole.correlations  # of lights with exposure, which stays as it was
    assert all(with_all[name] == drawn for name, drawn in without.items())


def test_one_more_that_goes_with_others_changes_none_before_it() -> None:
    stops = {"type": "effect", "effect": "exposure", "values": {"stops": {"uniform": [-1, 1]}}}
    randomizers = [{"type": "daylight"}, stops, {"type": "lights"}]
    pair = {"between": ["daylight.hour", "exposure.stops"], "rho": -0.8}
    more = {"between": ["exposure.stops", "lights.ambient"], "rho": 0.5}
    drawn = []
    for correlations in ([pair], [pair, more]):
        production = Production(scenario(randomizers=randomizers, correlations=correlations), 3)
        production.staged(site().staging)
        drawn.append([one.drawn for one in production.draws])
    assert drawn[0][:2] == drawn[1][:2]
    assert drawn[0][2] != drawn[1][2]


def test_all_draws_of_a_parameter_that_goes_with_another_share_one_number() -> None:
    three = scenario(
        randomizers=[{"type": "lights", "suns": 3}],
        correlations=[{"between": ["lights.intensity", "lights.ambient"], "rho": 0.5}],
    )
    production = Production(three, 3)
    lights: Any = production.staged(site().staging).scene.lights
    assert len({light.intensity for light in lights}) == 1
    assert len({light.color for light in lights}) == 3


def test_what_goes_together_goes_together() -> None:
    both = scenario(
        randomizers=[
            {"type": "lights", "ambient": {"uniform": [0, 1]}},
            {"type": "effect", "effect": "exposure", "values": {"stops": {"uniform": [-1, 1]}}},
        ],
        correlations=[{"between": ["lights.ambient", "exposure.stops"], "rho": -0.8}],
    )
    pairs = []
    for seed in range(150):
        production = Production(both, seed)
        drawn = {one.label: production._drawn(one, 0, 0.0, site().staging) for one in both.randomizers}
        pairs.append((drawn["lights"]["ambient"], drawn["exposure"]["stops"]))
    found = np.corrcoef(np.array(pairs, dtype=float).T)[0, 1]
    assert -0.9 < found < -0.6  # of uniform marginals it is 6 / pi * asin(rho / 2) = -0.79
    assert np.mean([a for a, _ in pairs]) == pytest.approx(0.5, abs=0.1)


def test_startup_draws_are_the_same_in_every_episode_and_interval_draws_come_in_time() -> None:
    both = scenario(
        randomizers=[
            {"type": "lights", "mode": "startup"},
            {"type": "effect", "effect": "noise", "mode": "interval", "every": 0.5},
        ]
    )
    one, other = Production(both, 1), Production(both, 2)
    staging = one.site(site()).staging
    other.site(site())
    assert one.draws[0] == other.draws[0]
    assert one.draws[1] != other.draws[1]
    assert one.due(0.4) is None
    changed = one.due(1.0)
    assert changed is not None
    assert [draw.at for draw in one.draws if draw.name == "noise"] == [0.0, 0.5, 1.0]
    replayed = Production(both, 1, [Draw.of(draw.data()) for draw in one.draws])
    assert replayed.site(site()).staging == staging
    assert replayed.due(1.0) == changed


def test_later_draws_take_the_place_of_earlier_ones_in_the_order_of_the_file() -> None:
    often = scenario(
        randomizers=[
            {"type": "effect", "effect": "blur", "name": "first", "mode": "interval", "every": 0.5},
            {"type": "effect", "effect": "jpeg"},
            {"type": "effect", "effect": "blur"},
            {"type": "sensors", "drift": 4.0, "mode": "interval", "every": 0.5},
        ]
    )
    production = Production(often, 1)
    before = production.site(site()).staging
    after = production.due(3.0)
    assert after is not None
    assert [one.effect for one in before.look.filters] == ["blur", "jpeg", "blur"]
    assert [one.effect for one in after.look.filters] == ["blur", "jpeg", "blur"]
    assert after.look.filters[0] != before.look.filters[0]
    assert after.look.filters[1:] == before.look.filters[1:]
    plain = site().staging.mobile.sensors.odometry
    assert after.mobile.sensors.odometry.noise == pytest.approx(4 * plain.noise)


def test_a_surface_that_no_robot_has_is_refused_when_it_is_drawn() -> None:
    paint = scenario(randomizers=[{"type": "materials", "only": ["amr/shel*", "sign:*", "distractor_*"]}])
    assert list(problems(paint)) == []
    Production(paint, 0).staged(site().staging)
    paint = scenario(randomizers=[{"type": "materials", "only": ["amr/shall"]}])
    assert list(problems(paint)) == []
    with pytest.raises(UnknownNameError, match="materials: only: unknown material 'amr/shall'; did you mean 'amr/shel"):
        Production(paint, 0).staged(site().staging)


def test_what_no_equipment_takes_together_is_refused_when_it_is_drawn() -> None:
    given = {"type": "variants", "equipment": {"worker": {"waypoints": 1}}}
    with pytest.raises(ValueError, match="equipment 'worker': waypoints"):
        of_layouts()["variants"].model_validate(given)
    layout = Layout.model_validate({"name": "l", "size": (20, 10), "equipment": [{"type": "rack", "at": (9, 5)}]})
    shallow = {"type": "variants", "equipment": {"rack": {"depth": 0.4, "fill": 0.5}}}
    with pytest.raises(InputError, match="variants: no 'rack' of layout 'l' takes such depth, fill together: a rack"):
        of_layouts()["variants"].model_validate(shallow).draw(layout, Dice(np.random.default_rng(0).random))


@pytest.mark.parametrize("name", sorted(of_layouts()))
def test_layouts_stay_valid_and_draws_do_it_again(name: str) -> None:
    given = {"equipment": {"rack": {"fill": {"uniform": [0, 1]}}}} if name == "variants" else {}
    randomizer = of_layouts()[name].model_validate({"type": name, **given})
    for layout in (load_layout("small_warehouse"), load_layout("assembly_line")):
        drawn = randomizer.draw(layout, Dice(np.random.default_rng(0).random))
        changed = randomizer.apply(layout, json.loads(json.dumps(drawn)))
        validate(changed)
        assert changed == randomizer.apply(layout, drawn)
        assert len(changed.equipment) >= len(layout.equipment)
        has_racks = any(item.type == "rack" for item in layout.equipment)
        assert (changed != layout) == (name != "variants" or has_racks)


@pytest.mark.parametrize(
    ("kind", "varied"),
    [
        ("rack", {"bays": {"uniform": [3, 12]}}),
        ("rack", {"yaw_deg": {"uniform": [-180, 180]}}),
        ("worker", {"loop": {"choice": [True, False]}}),
        ("pallet", {"yaw_deg": {"uniform": [-180, 180]}}),
    ],
)
def test_variants_of_another_size_stand_and_walk_where_nothing_is(kind: str, varied: dict[str, Any]) -> None:
    randomizer = of_layouts()["variants"].model_validate({"type": "variants", "equipment": {kind: varied}})
    for name in ("small_warehouse", "assembly_line", "cross_dock"):
        layout = load_layout(name)
        for seed in range(2):
            validate(randomizer.apply(layout, randomizer.draw(layout, Dice(np.random.default_rng(seed).random))))


def test_a_variant_with_room_is_taken_beside_one_without() -> None:
    racks = [{"type": "rack", "name": name, "at": at, "bays": 1} for name, at in (("free", (10, 8)), ("tight", (2, 2)))]
    layout = Layout.model_validate({"name": "l", "size": (20, 10), "equipment": racks})
    longer = of_layouts()["variants"].model_validate({"type": "variants", "equipment": {"rack": {"bays": 4}}})
    assert longer.draw(layout, Dice(np.random.default_rng(0).random)) == {"free": {"bays": 4}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name: x\nrandomizers:\n  - type: lihgts\n",
            "3:5: randomizers[0].type: unknown type 'lihgts'; did you mean 'lights'?",
        ),
        ("name: x\nrandomizers:\n  - type: lights\n    sun: 2\n", "4:5: randomizers[0].sun: unknown key 'sun'"),
        ("name: x\nrandomizers:\n  - {type: effect, effect: nois}\n", "unknown effect 'nois'; did you mean 'noise'?"),
        (
            "name: x\nrandomizers:\n  - type: lights\n    ambient: {uniform: [0, 9]}\n",
            "gives values from 0 to 9; allowed are 0 to 3",
        ),
        ("name: x\nrandomizers:\n  - type: lights\n    suns: {choice: []}\n", "choice: has no mass"),
        (
            "name: x\nrandomizers:\n  - {type: camera, mode: interval, every: 1}\n",
            "'camera' cannot be drawn at each interval; startup or episode",
        ),
        (
            "name: x\nrandomizers:\n  - {type: lights, mode: interval}\n",
            "every: belongs to mode interval, which needs it",
        ),
        (
            "name: x\nrandomizers:\n  - type: lights\n  - type: lights\n",
            "two are called 'lights'; give one of them a name",
        ),
        (
            "name: x\nrandomizers:\n  - type: variants\n    equipment: {rak: {fill: 1}}\n",
            "unknown equipment 'rak'; did you mean 'rack'?",
        ),
        (
            "name: x\nrandomizers:\n  - type: variants\n    equipment: {rack: {fill: {uniform: [5, 9]}}}\n",
            "equipment 'rack': fill: Input should be less than or equal to 1",
        ),
        (
            "name: x\nrandomizers:\n  - type: variants\n    equipment: {pallet: {load: {choice: [cartons, stones]}}}\n",
            "equipment 'pallet': load: Input should be 'none', 'cartons',",
        ),
        (
            "name: x\nrandomizers:\n  - {type: materials, only: [concrete, 'cardbord_*']}\n",
            "randomizers[0].only: 'cardbord_*' matches no material of any hall; did you mean 'cardboard_",
        ),
        ("name: x\ncase: {type: near_miss, first: spaceship}\n", "unknown word 'spaceship'"),
        ("name: x\ncase: {type: spill, liquid: [beer]}\n", "case.liquid"),
        ("name: x\nrandomizers:\n  - {type: materials, texture: wod}\n", "did you mean 'wood'?"),
        (
            "name: x\nrandomizers:\n  - {type: effect, effect: jpeg, values: {quality: {choice: [10, 200, 20]}}}\n",
            "jpeg: quality: Input should be less than or equal to 100",
        ),
        ("name: x\nrandomizers:\n  - {type: lights, suns: {choice: {1: 2, nan: 1}}}\n", "a key must be text"),
        (
            "name: x\nrandomizers: [{type: lights, ambient: 0.5, suns: {choice: [1, 2]}}]\ncorrelations:\n"
            "  - {between: [lights.suns, lights.suns], rho: 0.5}\n",
            "correlations[0].between: two different parameters can go together, not one with itself",
        ),
        (
            "name: x\nrandomizers: [{type: lights, ambient: 0.5, suns: {choice: [1, 2]}}]\ncorrelations:\n"
            "  - {between: [lights.suns, lights.ambient], rho: 0.5}\n",
            "'lights.ambient' has one value only: nothing can go together with it",
        ),
        (
            "name: x\nrandomizers: [{type: lights}]\ncorrelations:\n"
            "  - {between: [lights.ambient, lights.intensity], rho: 0.9}\n"
            "  - {between: [lights.intensity, lights.ambient], rho: -0.9}\n",
            "correlations[1].between: correlations[0] is of these two already",
        ),
        (
            "name: x\ncorrelations:\n  - {between: [lights.suns, noise.read], rho: 0.5}\n",
            "unknown parameter 'lights.suns'",
        ),
        (
            "name: x\nrandomizers:\n  - {type: lights, mode: startup}\n  - {type: daylight}\n"
            "correlations:\n  - {between: [lights.suns, daylight.hour], rho: 0.5}\n",
            "6:6: correlations[0].between: 'lights.suns' is drawn at startup and 'daylight.hour' is drawn once an "
            "episode: what is drawn at other times cannot go together",
        ),
        (
            "name: x\nrandomizers:\n  - {type: lights, mode: interval, every: 2}\n"
            "  - {type: daylight, mode: interval, every: 3}\n"
            "correlations:\n  - {between: [lights.suns, daylight.hour], rho: 0.5}\n",
            "'lights.suns' is drawn every 2 s and 'daylight.hour' is drawn every 3 s",
        ),
    ],
)
def test_what_cannot_be_is_one_line_each(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        scenarios.load(path)
    assert message in str(caught.value)
    assert all(line.startswith(f"{path}:") for line in str(caught.value).splitlines())


def test_unknown_names_are_told_apart() -> None:
    with pytest.raises(UnknownNameError, match="unknown scenario 'randomised'; did you mean 'randomized'"):
        scenarios.load("randomised")
