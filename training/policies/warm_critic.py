"""A cloned policy keeps its habits while its value function, which knows nothing yet, catches up."""

from typing import Any

from stable_baselines3.common.callbacks import BaseCallback

CRITIC = frozenset({"value_net", "lstm_critic"})
"""Parts of a policy that its actions do not depend on; what is made of images is the actor's as well."""


class WarmCritic(BaseCallback):
    """Holds the actor still for the first steps of a run, and whatever it shares with the critic."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps

    def _on_rollout_start(self) -> None:
        policy: Any = self.model.policy
        learns = self.num_timesteps >= self._steps
        for name, weights in policy.named_parameters():
            weights.requires_grad_(learns or not CRITIC.isdisjoint(name.split(".")))

    def _on_step(self) -> bool:
        return True
