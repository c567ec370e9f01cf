"""The console script ``twin``: finds the command that was typed, reads its flags, runs it.

Only the module of that command is imported, so ``twin --help`` and light commands start at once.
"""

import ast
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from training import commands
from twin import __version__, discovery
from twin.errors import TwinError, entry

OK, USAGE, INTERRUPTED, BROKEN_PIPE = 0, 2, 130, 141


class Command(Protocol):
    """What a module in ``training/commands`` has."""

    Args: type[Any]

    def run(self, args: Any) -> int:
        """Do it; the exit code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that exists, not imported yet."""

    name: str
    path: Path

    @property
    def docstring(self) -> str:
        """Read from the source, so that nothing is imported for it."""
        return ast.get_docstring(ast.parse(self.path.read_bytes())) or ""

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return self.docstring.partition("\n")[0]

    def load(self) -> Command:
        """Import its module; raises ``InputError`` where it is no command."""
        return cast("Command", discovery.loaded(commands.__name__, self.path.stem, "command", "Args", "run"))


def entries() -> dict[str, Entry]:
    """Every command by name, in alphabetical order."""
    files = (path for folder in discovery.folders(commands.__name__) for path in Path(folder).glob("[!_]*.py"))
    found = (Entry(path.stem.rstrip("_").replace("_", "-"), path) for path in files)
    return {entry.name: entry for entry in sorted(found, key=lambda entry: entry.name)}


def help_text() -> str:
    """What ``twin --help`` says."""
    lines = [f"  {name:<12} {entry.summary}" for name, entry in entries().items()]
    return "\n".join(
        (
            "usage: twin COMMAND [flags]",
            "",
            "A factory described once, as data, becomes a physics twin, environments, datasets and policies.",
            "",
            "commands:",
            *lines,
            "",
            "twin COMMAND --help lists a command's flags; twin --version prints the version;",
            "TWIN_DEBUG=1 shows the traceback of an error.",
        )
    )


def parse(name: str, arguments: Sequence[str]) -> tuple[Command, Any]:
    """The command's module and its ``Args`` read from the flags.

    Raises ``UnknownNameError`` for a command that does not exist, ``SystemExit`` after ``--help`` or for a wrong flag.
    """
    import tyro

    known = entries()
    command = entry("command", name, known).load()
    args = tyro.cli(
        command.Args,
        prog=f"twin {name}",
        description=known[name].docstring,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff,),
    )
    return command, args


def dispatch(arguments: Sequence[str]) -> int:
    """Run what was typed; errors are not caught here."""
    from twin import shadowing

    shadowing.check()
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help", "help"):
        sys.stdout.write(help_text() + "\n")
        return OK if arguments else USAGE
    if first == "--version":
        sys.stdout.write(f"twin {__version__}\n")
        return OK
    command, args = parse(first, arguments[1:])
    return command.run(args)


def complain(message: str) -> None:
    """One plain message on stderr; the traceback too when ``TWIN_DEBUG`` is set."""
    if os.environ.get("TWIN_DEBUG", "") not in ("", "0"):
        traceback.print_exc()
    sys.stderr.write(f"{message}\n")


class StderrHandler(logging.Handler):
    """Writes to whatever ``sys.stderr`` is now: a progress bar replaces it while it moves."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        sys.stderr.write(f"{self.format(record)}\n")


def show_warning(message: Warning | str, *_place: Any, **_more: Any) -> None:
    """A library's warning as one line; where in its source it was raised says nothing to who typed a command."""
    sys.stderr.write(f"warning: {' '.join(str(message).split())}\n")


def log_to_stderr() -> None:
    """Show what the project says on its ``twin`` logger."""
    logger = logging.getLogger("twin")
    logger.handlers = [StderrHandler()]
    logger.setLevel(logging.INFO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``twin``; the exit code.

    2: the input was wrong. 130: stopped with Ctrl-C; a command may raise ``KeyboardInterrupt("how to go on")``.
    """
    log_to_stderr()
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show_warning
            code = dispatch(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except TwinError as error:
        complain(f"error: {error}")
        return USAGE
    except KeyboardInterrupt as interrupt:
        complain(f"interrupted{': ' if interrupt.args else ''}{interrupt}")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) went away. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        complain(f"error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return USAGE
    return code


if __name__ == "__main__":
    sys.exit(main())
