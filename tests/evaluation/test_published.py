"""Published scores: every number comes from results, and results are those of today's suites."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from training.evaluation import published, suites
from training.evaluation.documents import thinned, without_seed
from training.evaluation.scores import own_scores
from training.evaluation.session import Session, drive
from training.evaluation.suites import open_suite
from training.report.published import page
from twin.errors import InputError

ROOT = Path(__file__).parents[2]
SUITE = "route-shipped"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A result of the suite's size; its episodes are one, driven once and told again."""
    folder = tmp_path_factory.mktemp("published")
    suite = suites.load(SUITE)
    opened = open_suite(SUITE, check=False)
    options = {**suite.options.given(), "robot": suite.robot, "max_episode_steps": 2}
    made = drive(
        Session(("zero",), opened.env, options, opened.cases(1), opened, workers=1, out=folder / "out")
    )[0].document  # fmt: skip
    result: dict[str, Any] = json.loads(json.dumps(made))
    result["suite"] |= {"digest": suite.digest, "driven": suite.episodes}
    first = result["per_episode"][0]
    result["per_episode"] = [{**first, "seed": suite.first_seed + k} for k in range(suite.episodes)]
    return result


def result(document: dict[str, Any], agent: str, successes: int, **changes: Any) -> dict[str, Any]:
    """The first so many episodes succeed."""
    made = copy.deepcopy(document)
    for k, episode in enumerate(made["per_episode"]):
        arrived = k < successes
        episode |= {"success": float(arrived), "spl": 0.9 * arrived, "outcome": "success" if arrived else "timeout"}
        episode |= {"cause": "" if arrived else "stuck", "time_to_goal": 10.0}
    return made | {"agent": agent} | changes


def policy(seed: int, **config: Any) -> dict[str, Any]:
    return {
        "digest": f"{seed:064x}",
        "config": {"env": "FactoryTwin/RouteNav-v0", "algo": "ppo", "seed": seed, "minutes": 15.0, **config},
        "trained": {"steps": 1000 + seed, "seconds": 900.0},
    }


def kept(folder: Path, *results: dict[str, Any]) -> list[published.Group]:
    folder.mkdir(exist_ok=True)
    files = []
    for k, one in enumerate(results):
        files.append(folder / f"{k}.json")
        files[-1].write_text(json.dumps(one))
    published.add(files, folder / "results")
    return published.grouped(published.read(folder / "results"))


def rows(text: str, start: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith(start)
    ]


def test_the_page_is_what_the_command_writes() -> None:
    checked = subprocess.run([sys.executable, "benchmarks/scores.py", "--check"], cwd=ROOT, check=False)
    assert checked.returncode == 0, "write it again: python benchmarks/scores.py"


def test_a_result_is_small_and_read_as_it_was(document: dict[str, Any], tmp_path: Path) -> None:
    (group,) = kept(tmp_path, result(document, "zero", 40))
    (file,) = (tmp_path / "results").iterdir()
    assert file.name == f"{SUITE}__zero.json"
    assert file.stat().st_size < 30_000
    assert group.first.facts["measured_on"] == document["measured_on"]
    found = group.score("success")
    assert found is not None
    assert (found.mean, found.count) == (0.4, 100)
    assert group.causes() == {"stuck": 60.0}


def test_a_score_that_was_not_yet_noted_has_no_figure(document: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "results"
    agents = [result(document, name, 40) for name in ("zero", "expert")]
    kept(tmp_path, *agents, result(document, "route_s0", 95, policy=policy(0)))
    for file in folder.iterdir():
        older = json.loads(file.read_text())
        del older["columns"]["jerk"], older["columns"]["near_misses"]
        file.write_text(json.dumps(older))
    (row,) = rows(page(published.grouped(published.read(folder))), "| zero | 40.0 %")
    assert row[6] == row[8] == "-"


def test_training_seeds_are_told_together(document: dict[str, Any], tmp_path: Path) -> None:
    successes = (90, 92, 94, 96, 98)
    made = [result(document, f"route_s{k}", n, policy=policy(k)) for k, n in enumerate(successes)]
    text = page(kept(tmp_path, *made, result(document, "expert", 90)))
    (learned,) = rows(text, "| route, 5 training seeds | 94.0 %")
    assert learned[1:3] == ["94.0 % (90.0 % to 98.0 %)", "0.846 (0.810 to 0.882)"]
    (expert,) = rows(text, "| expert | 90.0 %")
    assert expert[1] == "90.0 % (82.6 % to 94.5 %)"  # Wilson's interval of 90 of 100
    (against,) = rows(text, "| route, 5 training seeds | +4 points")
    assert against[1:] == ["+4 points (+0 to +8)", "+0.036 (+0 to +0.072)", "1.000 times", "20 / 0"]
    (trained,) = rows(text, "| route | `FactoryTwin/RouteNav-v0`")
    assert trained[2:6] == ["ppo", "0, 1, 2, 3, 4", "1,000 to 1,004", "15:00 min"]
    assert f"`{suites.load(SUITE).digest[:12]}`" in text
    assert document["measured_on"]["processor"] in text


def test_a_policy_is_held_against_the_expert_of_the_same_shield(document: dict[str, Any], tmp_path: Path) -> None:
    shield = {"options": {**document["options"], "shield": True}}
    bare, behind = (result(document, "route_s0", n, policy=policy(0), **more) for n, more in ((80, {}), (85, shield)))
    experts = result(document, "expert", 90), result(document, "expert", 97, **shield)

    def differences(folder: str, *results: dict[str, Any]) -> list[list[str]]:
        found = rows(page(kept(tmp_path / folder, *results)), "| route")
        return [[row[0], row[1].partition(" (")[0]] for row in found if "points" in row[1]]

    shielded = ["route, behind the shield", "-12 points"]
    assert differences("both", bare, behind, *experts) == [shielded, ["route", "-10 points"]]
    assert differences("one", bare, behind, experts[1]) == [shielded]


def test_learning_curves_are_kept_by_seed(document: dict[str, Any], tmp_path: Path) -> None:
    curves = [{"steps": [1000, 2000 + k], "success": [0.1, 0.9]} for k in range(2)]
    made = [result(document, f"route_s{k}", 90, policy=policy(k), curve=curve) for k, curve in enumerate(curves)]
    groups = kept(tmp_path, *made, result(document, "expert", 90))
    assert published.curves(groups) == {"route": {0: curves[0], 1: curves[1]}}
    assert "![Learning curves](benchmarks/learning_curves.png)" in page(groups)
    assert "![" not in page(kept(tmp_path / "without", result(document, "expert", 90)))


def test_of_a_long_learning_curve_some_rows_are_kept_and_the_last() -> None:
    curve = [{"steps": n, "success": None if n < 3 else n / 1000} for n in range(1, 1001)]
    found = thinned(curve)
    assert found is not None
    assert 50 <= len(found["steps"]) == len(found["success"]) <= 60
    assert (found["steps"][-1], found["success"][-1]) == (1000, 1.0)
    assert thinned(curve[:2]) is None


def test_variations_and_actions_stand_apart(document: dict[str, Any], tmp_path: Path) -> None:
    varied = {"variation": {"description": "Noise."}, "variation_name": "noise_x3"}
    groups = kept(
        tmp_path,
        result(document, "route_s0", 90, policy=policy(0)),
        result(document, "route_s1", 70, policy=policy(1)),  # was not tested under the variation
        result(document, "route_s0", 95, policy=policy(0), actions="stochastic"),
        result(document, "route_s0", 80, policy=policy(0), **varied),
        result(document, "route_s0", 70, policy=policy(0), options={**document["options"], "scenario": "payload"}),
    )
    assert len(groups) == 4
    text = page(groups)
    assert [row[0] for row in rows(text, "| route")][:2] == ["route, stochastic", "route, 2 training seeds"]
    row, under_scenario = rows(text, f"| {SUITE} | route |")
    assert row[2:5] == ["`noise_x3`: Noise.", "80.0 % (71.1 % to 86.7 %)", "-10.0 points"]
    assert under_scenario[2:5:2] == ["`payload`", "-20.0 points"]


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({"engine": "pybullet"}, "engine=pybullet"),
        ({"quality": "full"}, "quality=full"),
        ({"calibration": "cameras/mine.yaml", "scenario": "payload"}, "payload+calibration=mine"),
    ],
)
def test_other_conditions_replace_no_result(
    flags: dict[str, str], name: str, document: dict[str, Any], tmp_path: Path
) -> None:
    other = result(document, "expert", 70, options={**document["options"], **flags})
    text = page(kept(tmp_path, result(document, "expert", 90), other))
    assert [row[1][:6] for row in rows(text, "| expert ") if "%" in row[1]] == ["90.0 %"]
    (row,) = rows(text, f"| {SUITE} | expert")
    assert row[2:5:2] == [f"`{name}`", "-20.0 points"]


def test_seeds_of_one_kind_may_start_from_recordings_of_their_own(document: dict[str, Any], tmp_path: Path) -> None:
    def tuned(seed: int, steps: int = 300) -> dict[str, Any]:
        data = {"digest": f"{seed}", "about": {"name": f"drive{seed}", "episodes": 9, "frames": 100 + seed}}
        lineage = {"seed": seed, "data": data, "from": None}
        start = {"digest": f"{seed}", "about": {"algo": "bc", "steps": steps, "lineage": lineage}}
        return policy(seed, start=start)

    ours = [result(document, f"route_s{seed}", 90 + seed, policy=tuned(seed)) for seed in range(2)]
    assert len(kept(tmp_path / "a", *ours)) == 1
    longer = result(document, "route_s1", 9, policy=tuned(1, steps=600))
    with pytest.raises(InputError, match="trained with different configurations"):
        kept(tmp_path / "b", ours[0], longer)


def test_what_is_known_by_its_digest_alone_is_of_one_kind_with_itself() -> None:
    def tuned(lineage: dict[str, Any] | None) -> dict[str, Any]:
        return {"config": {"start": {"digest": "any", "about": {"algo": "ppo", "lineage": lineage}}}}

    one, other = ({"from": {"digest": digest, "format": "zip of Stable-Baselines3"}} for digest in ("a", "b"))
    assert without_seed(tuned(one)) == without_seed(tuned(one)) != without_seed(tuned(other))
    assert without_seed(tuned(None)) == without_seed(tuned({}))


def test_an_engine_is_told_once(document: dict[str, Any]) -> None:
    varied = {"variation_name": "other", "variation": {"engine": "pybullet"}}
    assert published.changed(document | varied) == "other"
    assert published.changed(document | varied | {"options": {"engine": "pybullet"}}) == "other"
    assert published.changed(document | {"options": {"engine": "mujoco"}}) == ""


def test_what_is_not_published(document: dict[str, Any], tmp_path: Path) -> None:
    part = result(document, "zero", 5)
    part["suite"]["driven"] = 10
    with pytest.raises(InputError, match="zero: only results of whole suites are published"):
        kept(tmp_path, part)
    old = result(document, "zero", 5)
    old["suite"]["digest"] = "0" * 64
    with pytest.raises(InputError, match=r"route-shipped__zero.json: made with the suite of digest 000000000000, "):
        kept(tmp_path / "old", old) if (tmp_path / "old").mkdir() is None else None
    other = [result(document, f"route_s{k}", 9, policy=policy(k, gamma=0.9 + k / 100)) for k in range(2)]
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="route_s0, route_s1: named alike but for a seed, and trained with different"):
        kept(tmp_path / "other", *other)
    strange = tmp_path / "strange.json"
    strange.write_text("[1]")
    with pytest.raises(InputError, match=r"strange.json: is not a result of `twin eval --suite ... --out`"):
        published.add([strange], tmp_path)
    strange.write_text("no json")
    with pytest.raises(InputError, match=r"strange.json: is not JSON"):
        published.add([strange], tmp_path)


def test_a_tasks_own_scores_are_kept_and_judge_its_collisions(document: dict[str, Any], tmp_path: Path) -> None:
    own = dict.fromkeys(own_scores("FactoryTwin/SocialNav-v0"), 0.0)
    social = result(document, "expert", 90, env="FactoryTwin/SocialNav-v0")
    social["per_episode"] = [{**e, **own, "collisions": 1, "struck_standing": False} for e in social["per_episode"]]
    ((group,),) = [kept(tmp_path / "kept", social)]
    found = group.first.estimates["own_collision_rate"]
    assert found is not None
    assert found.mean == 0.0
    assert group.first.estimates["collision_rate"].mean == 1.0  # type: ignore[union-attr]
