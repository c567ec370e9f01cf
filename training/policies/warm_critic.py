"""A cloned policy keeps its habits while its value function, which knows nothing yet, catches up."""

from typing import Any

from stable_baselines3.common.callbacks import BaseCallback


class WarmCritic(BaseCallback):
    """Holds the actor still for the first steps of a run."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps

    def _on_rollout_start(self) -> None:
        policy: Any = self.model.policy
        learns = self.num_timesteps >= self._steps
        for part in (policy.mlp_extractor.policy_net, policy.action_net):
            part.requires_grad_(learns)
        policy.log_std.requires_grad_(learns)

    def _on_step(self) -> bool:
        return True
