"""What stands still from the beginning sleeps from the beginning."""

import mujoco
import numpy as np

SETTLING = 0.6
"""Seconds in which what is at rest falls asleep; by then, what was put into the air has fallen nearly two metres."""
DRIFT = 2e-3
"""How far, in metres and in shares of a quaternion, it may move on the way."""


def let_rest(model: mujoco.MjModel) -> None:
    """Have all simulations of a model begin with those trees asleep, where they were put, that stay there anyway.

    Otherwise everything loose settles by hundredths of a millimetre in the first tenths of a second of every episode,
    which costs as much as the second that follows.
    """
    data = mujoco.MjData(model)
    for _ in range(round(SETTLING / model.opt.timestep) if model.ntree else 0):
        mujoco.mj_step(model, data)
    settled = (np.array(data.tree_asleep) >= 0) & ~_moved(model, data)
    while settled.any():
        model.tree_sleep_policy[settled] = mujoco.mjtSleepPolicy.mjSLEEP_INIT
        mujoco.mj_resetData(model, data)
        awake = settled & (np.array(data.tree_asleep) < 0)
        if not awake.any():
            return
        model.tree_sleep_policy[awake] = mujoco.mjtSleepPolicy.mjSLEEP_ALLOWED  # they touch what is awake
        settled &= ~awake


def _moved(model: mujoco.MjModel, data: mujoco.MjData) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which trees are elsewhere than at the beginning."""
    moved = np.zeros(model.ntree, dtype=bool)
    joints = np.searchsorted(model.jnt_qposadr, np.arange(model.nq), side="right") - 1
    trees = model.body_treeid[model.jnt_bodyid[joints]]
    moved[trees[~(np.abs(data.qpos - model.qpos0) <= DRIFT)]] = True
    return moved
