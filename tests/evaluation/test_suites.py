"""Suites: the same episodes for everybody, or an error that says what differs."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_layouts import SMALL

from envs.factory_env import options as environment_options
from envs.sight import BY_CAMERA
from envs.tasks import task
from factories.generator import GeneratorOptions
from training.evaluation import suites
from training.evaluation.sources import FIRST_SEED
from training.evaluation.suites import Options, open_suite
from training.policies.config import LARGEST_SEED, TrainConfig
from training.policies.environments import env_options
from twin.errors import FileError, InputError, UnknownNameError

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "maps"
AWS = DATA / "aws_small_warehouse" / "map.yaml"
MOVINGAI = DATA / "movingai" / "warehouse-10-20-10-2-1.map"

GENERATED = """\
format: 1
task: RouteNav
layouts: {{tier: generated, count: {count}, generator: {{size: [12, 10]}}, {more}}}
first_seed: 7
"""
MAP = """\
format: 1
task: RouteNav
layouts:
  tier: imported
  maps:
  - name: room
    importer: {resolution: 0.5}
    add:
    - []
    - - {type: pallet, at: [4, 3]}
      - {type: worker, at: [1, 1], waypoints: [[1, 5]]}
first_seed: 7
"""
ROOM = "type octile\nheight 14\nwidth 20\nmap\n" + "@" * 20 + "\n" + ("@" + "." * 18 + "@\n") * 12 + "@" * 20 + "\n"


def generated(folder: Path, count: int = 2, more: str = "") -> str:
    path = folder / f"halls{count}{len(more)}.yaml"
    path.write_text(GENERATED.format(count=count, more=more))
    return str(path)


@pytest.fixture
def imported(tmp_path: Path) -> tuple[str, Path]:
    (tmp_path / "maps.yaml").write_text(MAP)
    (tmp_path / "room.map").write_text(ROOM)
    return str(tmp_path / "maps.yaml"), tmp_path / "room.map"


@pytest.mark.parametrize("name", suites.names())
def test_every_shipped_suite_can_be_read_and_says_what_it_is(name: str) -> None:
    suite = suites.load(name)
    assert suite.description.endswith(".")
    assert suite.episodes >= 40
    assert suite.digest, f"record it: twin suites {name} --record"


def test_layouts_of_suites_are_not_those_of_training() -> None:
    """Trainings draw from seeds below 2^31, environments from 2^31 to 2^32 unless told otherwise."""
    first, count = GeneratorOptions().seeds
    for seed in (0, 4, 2147, 2148, 4295, LARGEST_SEED):
        config = TrainConfig(env="FactoryTwin/RouteNav-v0", env_options={"layout": "generated"}, seed=seed)
        begin, layouts = env_options(config)["generator"]["seeds"]
        assert 0 <= begin < begin + layouts <= first
        assert seed > 2147 or begin == seed * 1_000_003
    assert first + count <= FIRST_SEED
    for name in suites.names():
        source = suites.load(name).layouts
        assert source.tier != "generated" or source.first >= FIRST_SEED


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in suites.names() if suites.load(n).tier != "imported"])
def test_shipped_suites_are_what_was_published(name: str) -> None:
    assert open_suite(name).digest == suites.load(name).digest


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the maps are not here")
@pytest.mark.parametrize("name", [n for n in suites.names() if suites.load(n).tier == "imported"])
def test_suites_of_real_maps_are_what_was_published(name: str) -> None:
    assert open_suite(name, [MOVINGAI if "movingai" in name else AWS]).digest == suites.load(name).digest


def test_the_aws_suite_is_ten_variants_of_one_map() -> None:
    if not AWS.exists():
        pytest.skip("the map is not here")
    opened = open_suite("route-aws", [AWS], check=False)
    assert len({layout.name for layout in opened.layouts}) == 10
    assert len({layout.size for layout in opened.layouts}) == 1
    assert {"pallet", "worker"} <= {item.type for layout in opened.layouts for item in layout.equipment}


def test_cases_go_round_the_layouts_with_a_seed_each(suite: str) -> None:
    opened = open_suite(suite)
    cases = opened.cases()
    assert [(c.seed, c.layout and c.layout.name) for c in cases] == [
        (40, "empty"), (41, "small"), (42, "empty"), (43, "small"),
    ]  # fmt: skip
    assert opened.cases(3) == cases[:3]
    with pytest.raises(InputError, match=r"--episodes 99: suite '.*' has 4"):
        opened.cases(99)


def test_the_digest_is_that_of_what_decides_the_episodes(suite: str) -> None:
    before = open_suite(suite).digest
    assert open_suite(suite).digest == before
    path = Path(suite)
    text = path.read_text()
    for old, new in [
        ("first_seed: 40", "first_seed: 41"),
        ("episodes_each: 2", "episodes_each: 3"),
        ("PointNav\n", "PointNav\nrobot: omni\n"),
        ("max_episode_steps: 40", "collision_ends: false"),
    ]:
        path.write_text(text.replace(old, new))
        assert open_suite(suite).digest != before, new
    path.write_text(text.replace("For tests.", "Another sentence."))
    assert open_suite(suite).digest == before
    layout = path.parent / "small.yaml"
    path.write_text(text)
    layout.write_text(SMALL.replace("yaw_deg: 20", "yaw_deg: 21"))
    assert open_suite(suite).digest != before


def test_what_is_told_of_episodes_decides_no_digest(suite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_suite(suite).digest
    told = replace(task("PointNav"), scores=("path_length",), observations=("lidar",), camera_size=(32, 32))
    monkeypatch.setattr(suites, "task", lambda name: told)
    assert open_suite(suite).digest == before


def test_the_image_that_a_map_is_drawn_from_decides_the_digest(suite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_camera = replace(task("PointNav"), sees_by=BY_CAMERA)
    digests = []
    for chosen in (by_camera, replace(by_camera, camera_size=(32, 32))):
        monkeypatch.setattr(suites, "task", lambda name, chosen=chosen: chosen)
        digests.append(open_suite(suite).digest)
    assert digests[0] != digests[1]


def test_the_content_of_a_scenario_decides_the_digest(suite: str, tmp_path: Path) -> None:
    scenario, path = tmp_path / "mine.yaml", Path(suite)
    without = open_suite(suite).digest
    path.write_text(path.read_text().replace("max_episode_steps: 40", f"max_episode_steps: 40, scenario: {scenario}"))
    found = []
    for low in (40, 50):
        scenario.write_text(f"name: mine\nrandomizers:\n- {{type: payload, mass: {{uniform: [{low}, 80]}}}}\n")
        found.append(open_suite(suite).digest)
    assert len({without, *found}) == 3
    scenario.unlink()
    with pytest.raises(InputError, match=r"tiny.yaml: .*mine.yaml: there is no such scenario file"):
        open_suite(suite)


def test_generated_layouts_decide_the_digest_and_can_be_changed(tmp_path: Path) -> None:
    two, three = open_suite(generated(tmp_path)), open_suite(generated(tmp_path, 3))
    assert [layout.name for layout in two.layouts] == [f"generated_{FIRST_SEED + k}" for k in range(2)]
    assert two.layouts == three.layouts[:2]
    assert two.digest != three.digest
    firm = open_suite(generated(tmp_path, 3, "people_yield: false"))
    people = [item for layout in firm.layouts for item in layout.equipment if item.type == "worker"]
    assert people
    assert not any(item.yields for item in people)


def test_a_recorded_digest_must_match(suite: str) -> None:
    opened = open_suite(suite)
    suites.record(suite, opened.digest)
    assert open_suite(suite).digest == opened.digest
    path = Path(suite)
    path.write_text(path.read_text().replace("first_seed: 40", "first_seed: 41"))
    with pytest.raises(InputError, match=f"suite 'tiny': its digest is {opened.digest[:12]}, but .* now make"):
        open_suite(suite)
    suites.record(suite, open_suite(suite, check=False).digest)
    assert path.read_text().count("digest:") == 1
    open_suite(suite)


def test_an_imported_map_is_filled_with_what_the_suite_adds(imported: tuple[str, Path]) -> None:
    suite, path = imported
    first, second = open_suite(suite, [path]).layouts
    assert (first.name, second.name) == ("room_1", "room_2")
    assert {item.type for item in second.equipment} - {item.type for item in first.equipment} == {"pallet", "worker"}


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        ([], "suite 'maps' needs the map 'room', which is not shipped: give its file with --map"),
        (["hall.map"], "hall.map: suite 'maps' has no map 'hall'; its maps: room"),
    ],
)
def test_a_map_that_is_missing_or_not_asked_for(imported: tuple[str, Path], maps: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_suite(imported[0], [Path(name) for name in maps])


def test_what_does_not_fit_onto_a_map_is_refused(imported: tuple[str, Path]) -> None:
    suite, path = imported
    Path(suite).write_text(MAP.replace("[4, 3]", "[0.2, 0.2]"))
    with pytest.raises(InputError, match=r"suite 'maps', map 'room', 2. list: .*pallet"):
        open_suite(suite, [path])


def test_other_suites_take_no_maps(suite: str) -> None:
    with pytest.raises(InputError, match="suite 'tiny' takes no maps"):
        open_suite(suite, [Path("room.map")])


def test_a_wrong_name_and_a_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'route-shipped'"):
        open_suite("route-shiped")
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\ntask: RouteNv\nlayouts: {tier: shipped, names: [cross_dock]}\n")
    with pytest.raises(InputError, match=r"bad.yaml: unknown task 'RouteNv'; did you mean 'RouteNav'"):
        open_suite(str(bad))
    bad.write_text(f"format: 1\ntask: RouteNav\nlayouts: {{tier: generated, count: 2, first: {FIRST_SEED - 1}}}\n")
    with pytest.raises(FileError, match=r"bad.yaml:3:\d+: layouts.first: should be greater than or equal"):
        open_suite(str(bad))


def test_a_suites_options_are_the_environments_and_nothing_that_has_another_place(suite: str) -> None:
    path = Path(suite)
    path.write_text(path.read_text().replace("max_episode_steps: 40", "layout: aisles"))
    with pytest.raises(FileError, match=r"options.layout: unknown key 'layout'.*allowed: collision_ends, control_per"):
        open_suite(suite)
    fields = Options.model_fields
    assert set(fields) <= {*environment_options(), "max_episode_steps"}
