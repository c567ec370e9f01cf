"""Policies of plain Stable-Baselines3, made into safe files. Its zips are pickles: only those of somebody you trust."""

import hashlib
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from training.policies.algorithms import algorithm
from training.policies.policy_file import load_policy, save_policy
from twin.errors import InputError, UnsafeFileError, one_of

REFUSED = (
    "{path}: a zip of Stable-Baselines3 holds pickles, and opening one runs whatever code its maker put in; "
    "where you trust them, give --trust-pickle"
)
KINDS = {
    "ppo": ("stable_baselines3", "PPO"),
    "recurrent_ppo": ("sb3_contrib", "RecurrentPPO"),
    "sac": ("stable_baselines3", "SAC"),
    "tqc": ("sb3_contrib", "TQC"),
}
"""By our name, where each algorithm is found."""


def convert(path: Path, out: Path, *, algo: str, env: str, trust_pickle: bool = False) -> None:
    """Write the policy in the zip ``path``, learned by ``algo`` in ``env``, to ``out``.

    Raises ``UnsafeFileError`` without ``trust_pickle``, before the file is opened, and ``InputError`` for what is not
    such a policy, or one with parts that our format has no words for.
    """
    one_of("algorithm", algo, KINDS)
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if not trust_pickle:
        raise UnsafeFileError(REFUSED.format(path=path))
    model = _opened(path, algo)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {
        "env": env,
        "algo": algo,
        "steps": int(model.num_timesteps),
        "lineage": {"from": {"digest": digest, "format": "zip of Stable-Baselines3"}},
    }
    temporary = out.with_name(f".{out.name}.unchecked")
    try:
        save_policy(temporary, model.policy, algorithm(algo).network, facts)
        _compare(path, model.policy, load_policy(temporary)[0])
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)


def _opened(path: Path, algo: str) -> Any:
    module, name = KINDS[algo]
    kind: Any = getattr(import_module(module), name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return kind.load(path, device="cpu", custom_objects={"buffer_size": 1})
    except Exception as error:
        raise InputError(f"{path}: not a policy of {algo} ({' '.join(str(error).split())[:200]})") from error


def _compare(path: Path, theirs: Any, ours: Any) -> None:
    """Both act alike, memory and all."""
    theirs.set_training_mode(False)
    space = theirs.observation_space
    space.seed(0)
    states: list[Any] = [None, None]
    for _ in range(8):
        seen = space.sample()
        actions = []
        for k, policy in enumerate((theirs, ours)):
            action, states[k] = policy.predict(seen, state=states[k], deterministic=True)
            actions.append(action)
        if not np.allclose(actions[0], actions[1], atol=1e-6):
            raise InputError(f"{path}: has parts that our format has no words for; its actions would differ")
