"""Makes the tasks known to Gymnasium. Light: no engine is loaded until an environment is made."""

import gymnasium

from envs.tasks import tasks
from twin import shadowing


def register() -> None:
    """Register ``FactoryTwin/<Task>-v0`` for every task; may be called again."""
    shadowing.check()
    for task in tasks().values():
        if task.id not in gymnasium.registry:
            gymnasium.register(
                id=task.id,
                entry_point="envs.factory_env:FactoryEnv",
                vector_entry_point="envs.vector_env:FactoryVectorEnv",
                kwargs={"task": task.name},
                max_episode_steps=task.max_episode_steps,
            )
