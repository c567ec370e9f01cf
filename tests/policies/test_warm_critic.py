"""What was cloned acts as before while its critic catches up, whatever the two share."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import DummyVecEnv

from training.policies.features import POLICY_KWARGS
from training.policies.warm_critic import WarmCritic

PARTS = {"lidar": spaces.Box(0, 1, (6,), np.float32), "rgb": spaces.Box(0, 255, (16, 16, 3), np.uint8)}
WARM, ENVS, STEPS = 32, 2, 16


class Noise(gymnasium.Env[dict[str, Any], Any]):
    """Anything is seen, and what is done is worth its first number."""

    action_space = spaces.Box(-1, 1, (2,), np.float32)

    def __init__(self, *parts: str) -> None:
        self.observation_space = spaces.Dict({name: PARTS[name] for name in parts})
        self.observation_space.seed(0)

    def reset(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        return self.observation_space.sample(), float(action[0]), bool(self.np_random.random() < 0.1), False, {}


@pytest.mark.parametrize("parts", [("lidar",), ("lidar", "rgb")])
@pytest.mark.parametrize(("algo", "policy"), [(PPO, "MultiInputPolicy"), (RecurrentPPO, "MultiInputLstmPolicy")])
def test_the_actor_is_still_and_then_learns(algo: Any, policy: str, parts: tuple[str, ...]):
    env = DummyVecEnv([lambda: Noise(*parts)] * ENVS)
    model = algo(policy, env, n_steps=STEPS, batch_size=16, n_epochs=2, seed=0, policy_kwargs=dict(POLICY_KWARGS))
    seen = model.observation_space
    shown = [seen.sample() for _ in range(5)]

    def actions() -> Any:
        found, state = [], None
        for observation in shown:
            action, state = model.predict(observation, state, deterministic=True)
            found.append(action)
        return np.array(found)

    def critic() -> Any:
        return model.policy.value_net.weight.detach().clone().numpy()

    before, valued = actions(), critic()
    model.learn(WARM, WarmCritic(WARM))
    np.testing.assert_array_equal(actions(), before)
    assert not np.array_equal(critic(), valued)
    model.learn(WARM, WarmCritic(WARM), reset_num_timesteps=False)
    assert not np.array_equal(actions(), before)
