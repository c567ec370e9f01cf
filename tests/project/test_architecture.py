"""What the whole source tree must keep to."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("twin", "robots", "factories", "envs", "training")
MAX_LINES = 400
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
UNSAFE_MODULES = {"builtins", "cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
UNSAFE_NAMES = {"eval", "exec", "__import__"}
UNSAFE_ATTRIBUTES = {"torch.load", "yaml.Loader", "yaml.UnsafeLoader", "yaml.unsafe_load", "pandas.read_pickle"}
# Written in two halves, so that this file passes its own test.
FOREIGN_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/op" + "t/", "C:" + "\\Users")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tracked() -> tuple[Path, ...]:
    """The files in version control, or every file where there is none (a source archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES, f"{name_of(path)} is longer than {MAX_LINES} lines: split it by idea"
    assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"


def test_only_commands_print() -> None:
    commands = ROOT / "training" / "commands"
    printing = [name_of(path) for path in SOURCES if commands not in path.parents and "print" in calls(path)]
    assert printing == []


def risks(text: str) -> set[str]:
    """What in a source runs code that comes with data."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import():
                found |= {alias.name for alias in node.names if alias.name.partition(".")[0] in UNSAFE_MODULES}
            case ast.ImportFrom(module=str(module)):
                full = {f"{module}.{alias.name}" for alias in node.names}
                found |= full if module.partition(".")[0] in UNSAFE_MODULES else full & UNSAFE_ATTRIBUTES
            case ast.Name(id=name) if name in UNSAFE_NAMES:
                found.add(name)
            case ast.Attribute() if ast.unparse(node) in UNSAFE_ATTRIBUTES:
                found.add(ast.unparse(node))
            case ast.keyword(arg="allow_pickle", value=value) if ast.unparse(value) != "False":
                found.add("allow_pickle")
    return found


def test_nothing_unpickles_or_evaluates() -> None:
    """What opens a zip of Stable-Baselines3 (training/policies/sb3_zip.py) does so through that library, on demand."""
    risky = {name_of(path): found for path in SOURCES if (found := risks(path.read_text(encoding="utf-8")))}
    assert risky == {}


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')",
        "run = exec",
        "import builtins",
        "import pickle",
        "from pickle import load",
        "import joblib.numpy_pickle as j",
        "torch.load(file)",
        "from torch import load",
        "pandas.read_pickle(file)",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=trusted)",
        "yaml.unsafe_load(file)",
    ],
)
def test_what_unpickles_or_evaluates_is_found(line: str) -> None:
    assert risks(line)


@pytest.mark.parametrize("line", ["network.eval()", "np.load(file, allow_pickle=False)", "from torch import Tensor"])
def test_what_does_not_is_left_alone(line: str) -> None:
    assert not risks(line)


def test_imports_go_one_way_and_engines_stay_behind_their_doors() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed beside this Python")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_no_tracked_file_names_a_place_on_somebodys_machine() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8")
            found |= {name_of(path): place for place in FOREIGN_PATHS if place in text}
    assert found == {}


def test_no_test_folder_is_a_package() -> None:
    assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
