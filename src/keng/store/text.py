"""Values as text, and text as bytes: what is kept of anything that a log can hold."""

from typing import Any

import msgspec


def text_of(value: Any) -> str:
    """A field's value as text: true, false, "" for null, one item of a list a line, JSON for what is nested deeper."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "\n".join([text_of(item) for item in value])
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return str(value)


def encode(text: str) -> bytes:
    """UTF-8. Surrogates that stand for undecodable bytes become these bytes again; others become visible text."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def decode(data: bytes) -> str:
    """Text that can be shown and sent everywhere: bytes that are no UTF-8 appear as `\\xNN`."""
    return data.decode("utf-8", "backslashreplace")
