"""Secrets that travel in the addresses of web pages: the values of parameters that hold passwords and tokens, and a password
that stands before the host. Masked in requests to websites, wherever they stand in the event; the parameter's name stays.

A value that is more than a plain word (quotes, brackets, blanks, `$`, also as percent escapes) stays as it is: that is no
password but an attack, and rules have to see it.
"""

import re
from typing import Any

import msgspec

from keng.model.event import Event

WEB = frozenset(("proxy", "webserver"))
"""Categories of events that hold requests."""

PARAMETERS = (
    "password", "passwd", "pwd", "passphrase", "access_token", "id_token", "refresh_token", "auth_token", "client_secret",
    "api_key", "apikey", "secret_key", "otp", "pin",
)  # fmt: skip
_MASK = "[…]"
_PLAIN = r"(?:[A-Za-z0-9._~+/=!@*:,\-]|%(?:21|23|25|26|2[BCDFbcdf]|3[ADFadf]|40|5[Ee]|7[Ee]))"


_SECRET = rf"(?:{'|'.join(PARAMETERS)})="
_REST = rf"{_PLAIN}{{1,512}}+([&;#\s\"]|$)"
_IN_QUERY = re.compile(rf"([?&;]{_SECRET}){_REST}", re.IGNORECASE | re.ASCII)
_AT_START = re.compile(rf"({_SECRET}){_REST}", re.IGNORECASE | re.ASCII)
_BEFORE_HOST = re.compile(r"(://[^/@:\s\"?#]{1,128}:)[^/@:\s\"?#]{1,128}@")


def is_web(categories: tuple[str, ...]) -> bool:
    """Whether an event of these categories can hold an address with a secret."""
    return not WEB.isdisjoint(categories)


def without_secrets(event: Event, removed: str) -> Event:
    """The event with secrets masked; the same object where there are none. `removed`: the field that says what was masked."""
    raw = event.raw
    if raw[:1] != "{" and not _may_hold(raw):
        # Of a line of text the fields are parts.
        return event
    raw = _masked(raw)
    fields = {name: _field(value) for name, value in event.fields.items()}
    found = [name for name, value in fields.items() if value != event.fields[name]]
    if raw == event.raw and not found:
        return event
    fields[removed] = sorted(found)
    return msgspec.structs.replace(event, fields=fields, raw=raw)


def _may_hold(text: str) -> bool:
    return ("@" in text and "://" in text) or _IN_QUERY.search(text) is not None


def _field(value: Any) -> Any:
    if isinstance(value, str):
        if "=" not in value and "@" not in value:
            return value
        text = _masked(value)
        # A query that stands in a field of its own.
        return _AT_START.sub(_in_query, text, count=1) if _AT_START.match(text) else text
    if isinstance(value, list):
        return [_field(one) for one in value]
    return value


def _masked(text: str) -> str:
    if _IN_QUERY.search(text):
        # Twice: one match may end with the character that the next one begins with.
        text = _IN_QUERY.sub(_in_query, _IN_QUERY.sub(_in_query, text))
    return _BEFORE_HOST.sub(_before_host, text) if "@" in text and "://" in text else text


def _in_query(match: re.Match[str]) -> str:
    return f"{match[1]}{_MASK}{match[2]}"


def _before_host(match: re.Match[str]) -> str:
    return f"{match[1]}{_MASK}@"
