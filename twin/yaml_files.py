"""YAML files in and out: strict, bounded, and with every mistake reported at once with its line and column."""

import contextlib
import io
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from twin.errors import FileError, InputError, Problem, UnsafeFileError, unknown_name

MAX_BYTES = 5_000_000
MAX_DEPTH = 32
MAX_BITS = 1024
"""Of a whole number: no float is larger."""

Location: TypeAlias = tuple[int | str, ...]
"""Keys and indices from the document's root to a value, as pydantic writes them."""

Check: TypeAlias = Callable[[Any], Iterable[tuple[Location, str]]]
"""Looks at a valid model for what its types cannot say; yields where and what is wrong."""

T = TypeVar("T")


def load_yaml_model(path: Path | str, model_type: type[T], check: Check | None = None) -> T:
    """Read one YAML document into a pydantic model (or any type pydantic understands).

    Raises ``FileError`` with all problems of the file, each as ``file:line:column: key: message``;
    ``UnsafeFileError`` for a file above 5 MB; ``InputError`` for one that cannot be read.
    """
    path = Path(path)
    return parse_yaml_model(path, read_yaml_text(path), model_type, check)


def parse_yaml_model(path: Path, text: str, model_type: type[T], check: Check | None = None) -> T:
    """The same of a file's ``text``; ``path`` is for the messages."""
    document = _parse(path, text)
    adapter = TypeAdapter(model_type)
    try:
        # JSON, because pydantic's strict mode then takes lists for tuples, but no text for a number.
        model = adapter.validate_json(json.dumps(_plain(document), default=str), strict=True)
    except ValidationError as error:
        schema = adapter.json_schema()
        raise FileError(path, _in_order(_problem(e, document, schema) for e in error.errors())) from None
    if check and (found := list(check(model))):
        raise FileError(path, _in_order(_locate(location, message, document, {}) for location, message in found))
    return model


def load_foreign_yaml(path: Path) -> Any:
    """Plain data of a file that another program wrote: bounded as ours are, but a key may be a number.

    Raises ``FileError``, ``UnsafeFileError`` and ``InputError`` as ``load_yaml_model`` does.
    """
    text = read_yaml_text(path)
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _BoundedComposer
    yaml.Constructor = _PlainConstructor
    try:
        return yaml.load(text)
    except (YAMLError, ValueError, OverflowError) as error:
        raise _unreadable(path, error) from None


def dump_yaml(data: Mapping[str, Any], path: Path | str) -> None:
    """Write plain data (mappings, sequences, numbers, text, None), short lists on one line.

    The file appears complete or not at all. Raises ``InputError`` when it cannot be written, or would be too large to
    be read again.
    """
    path = Path(path)
    buffer = io.StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_styled(data), buffer)
    content = buffer.getvalue().encode()
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{path}: {len(content) / 1e6:.1f} MB are too large to be read again; at most {MAX_BYTES / 1e6:.0f} MB are"
        )
    write_atomically(path, content)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace the contents of ``path``: complete or not at all. Raises ``InputError`` when it cannot be written."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_yaml_text(path: Path) -> str:
    """What is in a file; raises ``InputError`` and ``UnsafeFileError`` as ``load_yaml_model`` does."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError(f"{path}: is not a file")
        if size > MAX_BYTES:
            raise UnsafeFileError(
                f"{path}: {size / 1e6:.1f} MB is too large; at most {MAX_BYTES / 1e6:.0f} MB are read"
            )
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not text in UTF-8 (byte {error.start})") from None


class _BoundedComposer(Composer):
    """Refuses aliases (a few lines can expand to gigabytes) and nesting that would exhaust the stack."""

    nesting = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise MarkedYAMLError(problem="anchors and aliases are not allowed", problem_mark=event.start_mark)
        if self.nesting >= MAX_DEPTH:
            raise MarkedYAMLError(problem=f"nested deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark)
        self.nesting += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.nesting -= 1


class _Values:
    """Before a constructor: tells where a value is that looks like a number or a date and is none, or none we take."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """The value of a node."""
        try:
            value = super().construct_object(node, deep)  # type: ignore[misc]
        except (ArithmeticError, LookupError, TypeError, ValueError):
            problem = f"{_shown(node.value)} is not a value of its kind; text belongs in quotes"
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise MarkedYAMLError(problem="the number is too large", problem_mark=node.start_mark)
        return value


class _PlainConstructor(_Values, SafeConstructor):
    """Of plain data."""


class _StrictConstructor(_Values, RoundTripConstructor):
    """Collects keys that are duplicate or no text, instead of stopping at the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bad_keys: list[Problem] = []

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:  # noqa: ARG002
        if not isinstance(key, str):
            message = "a key must be text: put it in quotes"
        elif key in mapping:
            message = f"this key is given twice, first in line {mapping.lc.data[key][0] + 1}"
        else:
            return True
        mark = key_node.start_mark
        self.bad_keys.append(Problem(message, str(key), mark.line + 1, mark.column + 1))
        return False


def _parse(path: Path, text: str) -> Any:
    yaml = YAML(typ="rt")
    yaml.Composer = _BoundedComposer
    yaml.Constructor = _StrictConstructor
    try:
        document = yaml.load(text)
    except (YAMLError, ValueError, OverflowError) as error:
        raise _unreadable(path, error) from None
    if yaml.constructor.bad_keys:
        raise FileError(path, yaml.constructor.bad_keys)
    return document


def _unreadable(path: Path, error: YAMLError | ValueError | OverflowError) -> FileError:
    if not isinstance(error, MarkedYAMLError):
        text = str(error).splitlines()[0]
        return FileError(path, [Problem(text if isinstance(error, YAMLError) else f"cannot be read as YAML: {text}")])
    mark = error.problem_mark or error.context_mark
    where = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return FileError(path, [Problem(str(error.problem or error.context), "", *where)])


def _plain(node: Any) -> Any:
    """The node without ruamel's types, so that JSON and pydantic see ordinary values."""
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if node is None or isinstance(node, bool):
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _problem(error: Any, document: Any, schema: Mapping[str, Any]) -> Problem:
    location, message = _explain(error, schema)
    return _locate(location, message, document, schema)


def _explain(error: Any, schema: Mapping[str, Any]) -> tuple[Location, str]:
    """Where pydantic's error is, down to the key, and what it says in our words."""
    location: Location = error["loc"]
    message = f"{error['msg'].replace('Input should be', 'should be')}, not {_shown(error['input'])}"
    match error["type"]:
        case "extra_forbidden":
            allowed = _schema_at(schema, location[:-1]).get("properties", {})
            message = unknown_name("key", str(location[-1]), allowed)
        case "union_tag_invalid":
            key = error["ctx"]["discriminator"].strip("'")
            allowed = _schema_at(schema, location).get("discriminator", {}).get("mapping", {})
            location, message = (*location, key), unknown_name(key, error["ctx"]["tag"], allowed)
        case "union_tag_not_found":
            location, message = (*location, error["ctx"]["discriminator"].strip("'")), "this key is missing"
        case "missing":
            message = f"this {'value' if isinstance(location[-1], int) else 'key'} is missing"
        case "value_error":
            message = str(error["ctx"]["error"])
        case "literal_error" | "enum" if isinstance(error["input"], str):
            message = unknown_name(str(location[-1]), error["input"], _schema_at(schema, location).get("enum", ()))
        case "string_pattern_mismatch":
            message = f"should match {error['ctx']['pattern']}, not {_shown(error['input'])}"
    return location, message.replace("an object", "a mapping").replace("valid array", "list")


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _locate(location: Location, message: str, document: Any, schema: Mapping[str, Any]) -> Problem:
    """Where a location stands in the file: its key, or the nearest enclosing value that is there."""
    node, key, line, column = document, "", 1, 1
    for step, branch in _steps(schema, location):
        if branch:
            continue
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else step
        try:
            where = node.lc.data[step]
            node = node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            node = None  # missing, or below a missing one
            continue
        line, column = where[0] + 1, where[1] + 1
    return Problem(message, key, line, column)


def _steps(schema: Mapping[str, Any], location: Location) -> Iterable[tuple[int | str, bool]]:
    """Each step of a location, and whether it only names the branch of a union (and so is not in the file)."""
    for i, step in enumerate(location):
        mapping = _schema_at(schema, location[:i]).get("discriminator", {}).get("mapping", {})
        yield step, step in mapping


def _schema_at(schema: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
    """The part of a JSON schema that describes a location; empty when it does not say."""
    here = _resolve(schema, schema)
    for step in location:
        mapping = here.get("discriminator", {}).get("mapping", {})
        if step in mapping:
            child: Any = {"$ref": mapping[step]}
        elif isinstance(step, int):
            prefix = here.get("prefixItems", [])
            child = prefix[step] if step < len(prefix) else here.get("items", {})
        else:
            child = here.get("properties", {}).get(step) or here.get("additionalProperties")
        here = _resolve(child if isinstance(child, Mapping) else {}, schema)
    return here


def _resolve(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part or "anyOf" in part:
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
            continue
        options = [option for option in part["anyOf"] if option.get("type") != "null"]
        if len(options) != 1:
            break
        part = options[0]
    return part


def _styled(value: Any) -> Any:
    """Lists of plain values on one line, everything else as a block."""
    if isinstance(value, Mapping):
        return {_styled(key): _styled(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        sequence = CommentedSeq(_styled(item) for item in value)
        if not any(isinstance(item, Mapping | CommentedSeq) for item in sequence):
            sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str) and not value.isprintable():
        return DoubleQuotedScalarString(value)  # the only style that keeps every character
    return value
