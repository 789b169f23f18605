"""Text from logs made safe to show in a terminal: control characters and bidirectional overrides are spelled out."""

import re
from typing import Any

import orjson

# C0, DEL, C1; line and paragraph separators; direction marks, embeddings, overrides, isolates; zero-width; BOM.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def shown(text: str, limit: int = 0) -> str:
    """`text` with every unsafe character as \\xNN or \\uNNNN, cut to `limit` characters if that is not 0."""
    if limit and len(text) > limit:
        text = text[: limit - 1] + "…"
    return _UNSAFE.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def to_json(value: Any) -> bytes:
    """Compact JSON. What JSON cannot hold (huge integers, lone surrogates) is written as text."""
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return _odd_json(value)


def _odd_json(value: Any) -> bytes:
    """Of a value that has keys that are no text, or what JSON cannot hold."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, orjson.JSONEncodeError):
        return orjson.dumps(_plain(value, 0))


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, dict) and depth < 200:
        return {str(_plain(str(key), depth)): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple) and depth < 200:
        return [_plain(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -(1 << 63) <= value < (1 << 64) else hex(value)
    return str(value).encode("utf-8", "backslashreplace").decode()
