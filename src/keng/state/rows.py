"""Rows to model structs and back. The columns of a table carry the names of the struct's fields."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row

S = TypeVar("S", bound=msgspec.Struct)


def to_struct(row: Row[Any], kind: type[S], **extra: Any) -> S:
    """The row as a `kind`; `extra` gives fields that the row lacks. Columns unknown to `kind` are ignored."""
    # SQLAlchemy's names are a subclass of str, which msgspec does not take as keys.
    values = dict(zip(map(str, row._fields), row, strict=True))
    return msgspec.convert(values | extra, kind, strict=False)


def to_values(struct: msgspec.Struct, without: Iterable[str] = ()) -> dict[str, Any]:
    """Column values of `struct`, nested structs as plain JSON, fields in `without` left out."""
    values: dict[str, Any] = msgspec.to_builtins(struct)
    for name in without:
        values.pop(name, None)
    return values
