"""A file that lacks what its siblings have is named, with what it lacks: one plain error, in every folder."""

import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

from training import cli, commands, export
from twin import discovery
from twin.errors import InputError

FOLDERS = {  # those first that others import
    "twin.textures": "TEXTURE",
    "twin.effects": "EFFECT",
    "twin.labels": "LABEL",
    "twin.labels.audit": "check",
    "factories.equipment": "subclass of Equipment",
    "twin.randomizers": "RANDOMIZER",
    "factories.randomizers": "RANDOMIZER",
    "envs.tasks": "TASK",
    "envs.agents": "AGENT",
    "training.dataset.filters": "FILTER",
    "training.stills.mounts": "MOUNT",
    "training.balance.axes": "AXIS",
    "training.policies.algorithms": "ALGORITHM",
    "training.policies.networks": "NETWORK",
}
VOWELS = ("effect", "agent", "axis", "algorithm")
LOOK = """
import importlib, sys, types
from twin import discovery
from twin.errors import InputError

names = discovery.names
for package in sys.argv[1:]:
    newcomer = types.ModuleType(f"{package}.newcomer")
    newcomer.__file__ = "newcomer.py"
    sys.modules[newcomer.__name__] = newcomer
    discovery.names = lambda of, package=package: [*names(of), *["newcomer"] * (of == package)]
    try:
        module = importlib.import_module(package)
        for name in ("kinds", "tasks", "filters", "effects", "randomizers", "mounts", "axes", "algorithms", "networks"):
            getattr(module, name, lambda: None)()
    except InputError as error:
        print(f"{package}:{error}")
"""


def test_a_file_that_lacks_the_expected_name_is_named() -> None:
    look = [sys.executable, "-c", LOOK, *FOLDERS]
    found = subprocess.run(look, capture_output=True, text=True, check=True)
    told = dict(line.split(":", 1) for line in found.stdout.splitlines())
    assert told.keys() == FOLDERS.keys()
    for package, lack in FOLDERS.items():
        first, kind = re.match(r"newcomer\.py: (an?) (\w+)", told[package]).groups()
        assert (first == "an") == (kind in VOWELS), told[package]
        assert lack in told[package]


def test_what_is_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer = ModuleType("envs.tasks.newcomer")
    vars(newcomer).update(__file__="newcomer.py", TASK={"name": "Park"})
    monkeypatch.setitem(sys.modules, newcomer.__name__, newcomer)
    monkeypatch.setattr(discovery, "names", lambda _: ["newcomer"])
    with pytest.raises(InputError, match=r"newcomer\.py: its TASK is not a task, but of type dict; "):
        discovery.found("envs.tasks", "TASK", "task", attrgetter("name"))


def test_an_export_format_is_checked_before_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_format.py").write_text('LOAD = "load()"\n')
    monkeypatch.setattr(export, "__path__", [*export.__path__, str(tmp_path)])
    assert "half_format" in export.formats()
    with pytest.raises(InputError, match=r"half_format\.py: a .* with LOAD and export, and this one has no export; "):
        export.load("half_format")


def test_a_command_without_flags_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "half_command.py").write_text('"""Half."""\ndef run(args): ...\n')
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    assert cli.main(["half-command"]) == 2
    assert "half_command.py: a command is a file with Args and run, and this one has no Args" in capsys.readouterr().err


def test_what_others_share_is_no_case() -> None:
    assert "base" not in discovery.names("envs.tasks")
    assert not [name for name in discovery.names("twin.labels") if name.startswith("_") or name == "audit"]
