"""One JSON text to a dict: strict and fast first, then lenient for what real shippers write.

Lenient means: bytes that are not UTF-8 and lone surrogates become U+FFFD, control characters inside
strings and NaN are taken. Nothing else is repaired.
"""

import json
from typing import Any

import orjson


def load(raw: bytes) -> Any:
    """The value. Raises ValueError with what is wrong and where in the text."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as strict:
        try:
            value = json.loads(raw.decode("utf-8", "replace"), strict=False)
        except RecursionError:
            raise ValueError("nested too deep") from None
        except ValueError:
            raise ValueError(str(strict)) from None
        return _clean(value)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, int) and value.bit_length() > 64:
        return str(value) if value.bit_length() < 4096 else None
    return value
