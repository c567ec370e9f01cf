"""The help of a command names everything that its flags take by name: who adds a file need not edit a list."""

from collections.abc import Callable, Iterable

import pytest

from envs.agents import AGENTS
from training import cli, export
from training.balance.axes import axes
from training.derive.bridges import bridges
from training.derive.redactions import redactions
from training.policies.algorithms import algorithms
from training.stills.mounts import mounts
from twin.effects import effects
from twin.physics import ENGINES
from twin.rendering import AUTO, QUALITIES, RENDERERS

NAMED: dict[str, Callable[[], Iterable[str]]] = {
    "augment": lambda: [*effects(), *bridges()],
    "collect": lambda: [*AGENTS, *mounts(), *axes(), *ENGINES, *QUALITIES],
    "composite": redactions,
    "eval": lambda: AGENTS,
    "export": export.formats,
    "redact": redactions,
    "render": lambda: [AUTO, *RENDERERS, *QUALITIES],
    "rerender": lambda: [AUTO, *RENDERERS, *QUALITIES],
    "train": algorithms,
}


@pytest.mark.parametrize("command", NAMED)
def test_all_that_is_registered_is_in_the_help_of_its_command(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    with pytest.raises(SystemExit):
        cli.parse(command, ["--help"])
    printed = capsys.readouterr().out
    words = printed.replace(",", " ").replace(".", " ").replace(";", " ").split()
    assert set(NAMED[command]()) <= set(words)
