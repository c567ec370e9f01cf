"""Models of what people write into files: frozen, without unknown keys, and with a JSON Schema that explains itself."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue


class FileModel(BaseModel):
    """A field's meaning in the schema is the text under it.

    Pydantic's ``use_attribute_docstrings`` reads the sources of all models whenever they are imported: 0.4 s in every
    process, for what only a schema shows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for base in cls.__mro__:
            if issubclass(base, FileModel):
                for name, text in _texts(base).items():
                    if name in properties:
                        properties[name].setdefault("description", text)
        return schema


@cache
def _texts(model: type) -> Mapping[str, str]:
    """Fields of a class's own body, and the text under each; none where its source is not at hand, as in a console."""
    try:
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except (OSError, TypeError, SyntaxError):  # the last: text in it stands further left than the class
        return {}
    assert isinstance(body, ast.ClassDef)
    return dict(_under_fields(body))


def _under_fields(body: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(body.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(written))):
                yield name, inspect.cleandoc(written)
