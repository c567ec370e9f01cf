"""Why episodes fail: by hand, and in worlds made for each cause."""

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from small_layouts import STATIONS, written

import envs  # noqa: F401 - registers
from envs import metrics, orders
from training.evaluation.cases import Evaluation, seeds
from training.evaluation.causes import WINDOW, WORDS, kind_of, timeout_cause
from training.evaluation.run import evaluate
from training.evaluation.trace import Trace
from twin.scene import Instance

PERIOD = 0.1
LAST = round(WINDOW / PERIOD)

HALL = """\
format: 1
name: causes
size: [12, 8]
equipment:
  - {type: pillar, at: [3, 2]}
  - {type: pallet, at: [3, 6]}
  - {type: worker, at: [9, 2]}
  - {type: forklift, at: [9, 6]}
"""


def way(step: tuple[float, float], steps: int) -> Any:
    return np.cumsum(np.tile(step, (steps, 1)), axis=0)


@pytest.mark.parametrize(
    ("places", "distances", "cause"),
    [
        (np.zeros((600, 2)), np.full(600, 5.0), "stuck"),
        (np.tile([[0.0, 0.0], [0.3, 0.0]], (300, 1)), np.full(600, 5.0), "stuck"),  # to and fro
        (way((0.02, 0.0), 600), 20.0 - 0.02 * np.arange(600), "slow"),
        (way((0.02, 0.0), 600), np.full(600, 5.0), "wandering"),
        (way((0.02, 0.0), 600), 5.0 + 0.02 * np.arange(600), "wandering"),  # away from the goal
        (np.concatenate([way((0.02, 0.0), 600 - LAST), np.zeros((LAST, 2))]), 20 - 0.02 * np.arange(600), "stuck"),
        (way((0.1, 0.0), 5), 20.0 - 0.1 * np.arange(5), "stuck"),  # an episode of half a second
    ],
)
def test_why_time_ran_out(places: Any, distances: Any, cause: str) -> None:
    assert timeout_cause(places, distances, PERIOD) == cause


@pytest.mark.parametrize(
    ("class_name", "loose", "kind"),
    [
        ("person", True, "person"),
        ("forklift", True, "vehicle"),
        ("pallet_truck", False, "vehicle"),
        ("pallet", True, "loose"),
        ("pallet", False, "fixed"),
        ("wall", False, "fixed"),
    ],
)
def test_what_can_be_touched(class_name: str, loose: bool, kind: str) -> None:
    assert kind_of(Instance(1, "it", class_name, "it", (0, 0, 0), (1, 1, 1), loose=loose)) == kind


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = written(HALL, tmp_path_factory.mktemp("causes"))
    made = gymnasium.make("FactoryTwin/PointNav-v0", layout=path, disable_env_checker=True)
    yield made.unwrapped
    made.close()


@pytest.mark.parametrize(
    ("y", "heading", "kind"),
    [(2.0, np.pi, "fixed"), (6.0, np.pi, "loose"), (2.0, 0.0, "person"), (6.0, 0.0, "vehicle")],
)
def test_a_collision_is_named_after_what_was_touched(env: Any, y: float, heading: float, kind: str) -> None:
    env.reset(seed=1, options={"start": (6.0, y, heading), "goal": (6.0, 4.0)})
    trace = Trace(env)
    for _ in range(60):
        *_, ended, _, _ = env.step(np.array([1.0, 0.0], np.float32))
        trace.add()
        if ended:
            break
    assert trace.touched[0] == kind
    assert trace.speed_at_contact > 0.5
    assert trace.gaps.min() < 0.1
    assert (trace.mover_gaps.min() < 0.1) == (kind in ("person", "vehicle"))
    assert trace.gaps[0] > 0.9


def test_an_empty_battery_is_a_cause_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "AT_START", (0.001, 0.001))
    options = {"layout": written(STATIONS, tmp_path)}
    scores = evaluate(Evaluation("zero", "FactoryTwin/Delivery-v0", seeds(0, 1), options))
    (episode,) = scores["per_episode"]
    assert (episode["outcome"], episode["cause"], episode["collisions"]) == ("stranded", "battery", 0)
    assert scores["causes"]["battery"] == 1
    assert WORDS["battery"] == "out of battery"


def test_looking_at_the_gaps_changes_no_episode(env: Any) -> None:
    def driven(*, traced: bool) -> list[Any]:
        env.reset(seed=3)
        trace = Trace(env) if traced else None
        seen = []
        for _ in range(5):
            observation, *_ = env.step(np.array([0.3, 0.1], np.float32))
            if trace:
                trace.add()
            seen.append(observation["lidar"].tolist())
        return seen

    assert driven(traced=True) == driven(traced=False)


# -- metrics of a way ------------------------------------------------------------------------------------------------


def test_jerk_by_hand() -> None:
    t = np.arange(0, 3, PERIOD)
    cubic = np.stack([t**3, np.zeros_like(t)], axis=-1)
    assert metrics.jerk(cubic, PERIOD) == pytest.approx(6.0)
    assert metrics.jerk(np.stack([t**2, 3 * t], axis=-1), PERIOD) == pytest.approx(0.0, abs=1e-9)
    assert metrics.jerk(np.zeros((2, 2)), PERIOD) == 0.0


@pytest.mark.parametrize(
    ("gaps", "speed", "touched", "count"),
    [
        ([1, 1, 1, 1], 1.0, False, 0),
        ([1, 0.2, 0.1, 1], 1.0, False, 1),
        ([1, 0.2, 1, 0.2], 1.0, False, 2),
        ([1, 0.2, 1, 0.2], 1.0, True, 1),  # the second is the collision
        ([0.2, 0.2, 0.2, 0.2], 0.0, False, 0),  # it stands: the others come near
        ([0.3, 0.3, 0.3, 0.3], 1.0, False, 0),
    ],
)
def test_near_misses_by_hand(gaps: list[float], speed: float, touched: bool, count: int) -> None:
    places = way((speed * PERIOD, 0.0), len(gaps))
    assert metrics.near_misses(np.array(gaps, dtype=float), places, PERIOD, touched=touched) == count
