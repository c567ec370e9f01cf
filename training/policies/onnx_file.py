"""A policy as an ONNX file, for robots that have neither torch nor us: observations in, action out, checked."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from gymnasium import spaces as gym_spaces

from training.policies import spaces
from training.policies.networks import Network, network
from training.policies.policy_file import load_policy
from twin.errors import InputError, TwinError
from twin.yaml_files import write_atomically

METADATA = "factory_twin"
MEMORY = ("hidden", "cell")
TOLERANCE = 1e-4
"""An action differing by more, of a range from -1 to 1, is not the same policy."""
SAMPLES = 256

Arrays = dict[str, npt.NDArray[Any]]


def export(policy_file: Path, out: Path) -> float:
    """Write ``out``; the largest difference to the policy that was found on random observations.

    Inputs are named as the observations, each (1, ...) as the environment gives it; a policy that remembers has also
    ``hidden`` and ``cell``, zeros at first, and says what to give next as ``next_hidden`` and ``next_cell``. The
    output ``action`` (1, n) lies within its bounds. Raises ``TwinError`` where the difference exceeds ``TOLERANCE``;
    then nothing is written.
    """
    _packages()
    policy, facts = load_policy(policy_file)
    kind = network(facts["network"]["kind"])
    raw = spaces.as_given(policy.observation_space)
    model = _converted(_Deployed(policy, kind, raw).eval(), raw, kind.memory(policy))
    about = {**facts, "observation_space": spaces.to_json(raw), "memory": list(kind.memory(policy))}
    _describe(model, about)
    data = model.SerializeToString()
    error = difference(policy, kind, raw, data)
    if not error <= TOLERANCE:
        raise TwinError(f"{policy_file}: as ONNX its actions differ by {error:.1e}, more than {TOLERANCE:.0e}")
    write_atomically(out, data)
    return error


def difference(policy: Any, kind: Network, raw: gym_spaces.Dict, model: bytes) -> float:
    """Largest difference of an action between torch and onnxruntime, over one episode of random observations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    raw.seed(0)
    shape = kind.memory(policy)
    memory: Arrays = {name: np.zeros(shape, np.float32) for name in MEMORY} if shape else {}
    state, worst = None, 0.0
    for _ in range(SAMPLES):
        seen = raw.sample()
        expected, state = policy.predict(seen, state=state, deterministic=True)
        found, *after = session.run(None, {name: value[None] for name, value in seen.items()} | memory)
        memory = dict(zip(MEMORY, after, strict=False)) if memory else {}
        worst = max(worst, float(np.abs(found[0] - expected).max()))
    return worst


class _Deployed(torch.nn.Module):
    """A policy whose arguments are observations in alphabetical order as the environment gives them, then memory."""

    low: torch.Tensor
    high: torch.Tensor

    def __init__(self, policy: Any, kind: Network, raw: gym_spaces.Dict) -> None:
        super().__init__()
        self.policy = policy
        self._mean, self._names = kind.mean, sorted(raw.spaces)
        self._remembers = bool(kind.memory(policy))
        self._turned = [n for n in self._names if raw.spaces[n] != policy.observation_space.spaces[n]]
        self.register_buffer("low", torch.as_tensor(policy.action_space.low))
        self.register_buffer("high", torch.as_tensor(policy.action_space.high))

    def forward(self, *given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The best action, and the memory after it."""
        seen = dict(zip(self._names, given, strict=False))
        for name in self._turned:
            seen[name] = seen[name].permute(0, 3, 1, 2)
        memory = given[len(self._names) :] if self._remembers else (torch.zeros(1), torch.zeros(1))
        action, *after = self._mean(self.policy, seen, memory[0], memory[1])
        action = torch.maximum(torch.minimum(action, self.high), self.low)
        return (action, *after) if self._remembers else (action,)


def _converted(module: _Deployed, raw: gym_spaces.Dict, memory: tuple[int, ...]) -> Any:
    """As an ONNX model."""
    import onnx

    names = sorted(raw.spaces)
    examples = [torch.as_tensor(raw.spaces[name].sample()[None]) for name in names]
    examples += [torch.zeros(memory) for _ in MEMORY] if memory else []
    remembered = list(MEMORY) if memory else []
    with TemporaryDirectory() as folder, _quiet():
        path = Path(folder) / "policy.onnx"
        torch.onnx.export(
            module,
            tuple(examples),
            path,
            input_names=[*names, *remembered],
            output_names=["action", *(f"next_{name}" for name in remembered)],
            dynamo=True,
            external_data=False,
        )
        return onnx.load(str(path))


def _describe(model: Any, facts: dict[str, Any]) -> None:
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA, json.dumps(facts)


@contextmanager
def _quiet() -> Iterator[None]:
    """The converter tells its steps, and what is not installed that it does not need."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _packages() -> None:
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise InputError(f"{error.name} is not installed: pip install 'factory-twin[onnx]'") from None
