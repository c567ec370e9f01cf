"""What cannot be trained as asked is said before the first step, and leaves its place free."""

from pathlib import Path
from typing import Any

import pytest

from training.commands.train import Args, run
from twin.errors import InputError, TwinError, UnknownNameError

TINY = "settings: {ppo: {n_envs: 1, n_steps: 16, batch_size: 8, layouts: 1}}"
LATER_STAGE = f"""\
curriculum:
  - {{rewards: {{braking: 0}}, until: 0.3}}
  - {{rewards: {{brakng: 0}}, until: 0.6}}
{TINY}
"""
DESCENDING = f"""\
curriculum: [{{rewards: {{braking: 0}}, until: 0.6}}, {{rewards: {{braking: 1}}, until: 0.3}}]
{TINY}
"""


def args(tmp_path: Path, **changes: Any) -> Args:
    given: dict[str, Any] = {"out": tmp_path / "run", "layout": ("small_warehouse",), "preset": "smoke", "steps": 256}
    return Args(**given | changes)


def preset(tmp_path: Path, text: str) -> str:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"layout": ("smal_warehouse",)}, UnknownNameError, "small_warehouse"),
        ({"robot": "amrr"}, UnknownNameError, "'amr'"),
        ({"from_": Path("social_nav")}, InputError, "observation space"),
        ({"env": "FactoryTwin/Dock-v0", "layout": ("empty",)}, TwinError, "dock"),
    ],
    ids=["layout", "robot", "policy", "task"],
)
def test_a_start_that_fails_leaves_no_folder(
    changes: dict[str, Any], error: type[Exception], text: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=text):
        run(args(tmp_path, **changes))
    assert not (tmp_path / "run").exists()


def test_it_is_said_that_a_policy_comes_from_another_task(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"), pytest.raises(InputError, match="observation space"):
        run(args(tmp_path, from_=Path("social_nav")))
    assert "social_nav was trained in FactoryTwin/SocialNav-v0, and goes on in FactoryTwin/RouteNav-v0" in caplog.text


def test_a_later_stage_is_looked_at_before_the_first_step(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"stage 2 of the curriculum: .*'brakng'; did you mean 'braking'"):
        run(args(tmp_path, preset=preset(tmp_path, LATER_STAGE)))
    assert not (tmp_path / "run").exists()


def test_stages_come_one_after_the_other(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no less than the one before"):
        run(args(tmp_path, preset=preset(tmp_path, DESCENDING)))


@pytest.mark.parametrize("wild", ["net_arch: [100000000, 100000000]", "log_std_init: 50", "final_log_std: 1.0e+300"])
def test_settings_that_nothing_can_be_trained_with_are_told_by_name(wild: str, tmp_path: Path) -> None:
    file = preset(tmp_path, f"settings:\n  ppo:\n    {wild}\n")
    with pytest.raises(InputError, match=rf"mine.yaml:3.*{wild.split(':', maxsplit=1)[0]}"):
        run(args(tmp_path, preset=file))


def test_a_preset_of_another_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is made for FactoryTwin/Dock-v0, not for FactoryTwin/RouteNav-v0"):
        run(args(tmp_path, preset="dock"))


def test_a_resumed_run_heeds_its_budget_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave out --layout, --algo, --from, --seed"):
        run(Args(out=tmp_path, resume=True, layout=("empty",), algo="sac", from_=Path("x"), seed=9, steps=10))


def test_training_that_diverges_is_told_so(tmp_path: Path) -> None:
    wild = "settings: {ppo: {n_envs: 2, n_steps: 64, batch_size: 16, n_epochs: 20, learning_rate: 1e30, layouts: 1}}"
    with pytest.raises(InputError, match=r"training diverged: after .* lower learning_rate"):
        run(args(tmp_path, preset=preset(tmp_path, wild), steps=4096))
