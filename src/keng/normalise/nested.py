"""Looks into nested JSON whose shape is not to be trusted."""

from typing import Any

import orjson

MAX_TEXT = 32_768


def at(value: Any, path: str) -> Any:
    """The value at a dotted path of objects; None where the path leads nowhere."""
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def text_at(value: Any, path: str) -> str:
    """The text or number at a dotted path as text; "" for anything else."""
    found = at(value, path)
    return found if isinstance(found, str) else str(found) if isinstance(found, int | float) else ""


def items(value: Any, limit: int = 256) -> list[dict[str, Any]]:
    """The objects of a list; a single object as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value[:limit] if isinstance(item, dict)] if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """An object or list as compact JSON text, at most MAX_TEXT characters: for rules that search it whole."""
    try:
        return orjson.dumps(value).decode("utf-8", "replace")[:MAX_TEXT]
    except (TypeError, RecursionError):
        return ""
