"""The environments that a run trains in."""

from typing import Any

import gymnasium
from stable_baselines3.common.vec_env import VecEnv, VecMonitor

from factories.generator import GeneratorOptions
from training.policies.config import TrainConfig
from training.policies.vec_env import GymnasiumVecEnv, ScaledRewards
from twin.errors import InputError


def make_vec(config: TrainConfig, stage: int = 0, threads: int | None = None) -> VecEnv:
    """The run's environments in a stage of its curriculum; each episode's info has its reward, length and success."""
    import envs  # noqa: F401 - registers

    count = getattr(config.settings, "n_envs", 1)
    made = gymnasium.make_vec(
        config.env,
        count,
        vectorization_mode="vector_entry_point",
        threads=threads,
        **env_options(config, stage),
    )
    monitored = VecMonitor(GymnasiumVecEnv(made), info_keywords=("is_success",))
    return ScaledRewards(monitored, config.settings.reward_scale)


def check(config: TrainConfig) -> None:
    """Raises ``InputError`` where the environment cannot be made as configured, in any stage of the curriculum."""
    import envs  # noqa: F401 - registers

    gymnasium.make(config.env, disable_env_checker=True, **env_options(config, len(config.curriculum))).close()
    for stage in range(len(config.curriculum)):
        try:
            gymnasium.make(config.env, disable_env_checker=True, **env_options(config, stage)).close()
        except InputError as error:
            raise InputError(f"stage {stage + 1} of the curriculum: {error}") from error


def env_options(config: TrainConfig, stage: int = 0) -> dict[str, Any]:
    """Options of the environments; generated layouts are the run's own, and all of them stay loaded."""
    options = dict(config.env_options)
    easier = config.curriculum[stage] if stage < len(config.curriculum) else None
    if easier and easier.rewards:
        options["rewards"] = {**(options.get("rewards") or {}), **easier.rewards}
    if options.get("layout") == "generated":
        count = config.settings.layouts
        generator = dict(options.get("generator") or {}) | (easier.generator if easier else {})
        others = GeneratorOptions().seeds[0]  # from here on layouts are those of evaluations, in suites too
        generator.setdefault("seeds", (config.seed * 1_000_003 % (others - count), count))
        options |= {"generator": generator, "keep_sites": count}
    return options
