"""Identity providers' logs: Okta's system log, OneLogin's events, Cisco Duo's. Own names with dots; User, src_ip, outcome beside."""

from typing import Any

import orjson

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import text_at
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_OKTA = LogSource("okta", "okta")
_ONELOGIN = LogSource("onelogin", "onelogin.events")
_DUO = LogSource("cisco", "duo")


def okta_parts(record: dict[str, Any]) -> Parts:
    """One event of the system log."""
    result = text_at(record, "outcome.result").casefold()
    outcome = {"success": "success", "allow": "success", "failure": "failure", "deny": "failure"}.get(
        result, ""
    )
    names = (
        ("User", text_at(record, "actor.alternateId")),
        ("src_ip", text_at(record, "client.ipAddress")),
        ("outcome", outcome),
        ("cs-user-agent", text_at(record, "client.userAgent.rawUserAgent")),
    )
    return _parts(record, _OKTA, names, ("published",))


def onelogin_parts(record: dict[str, Any]) -> Parts:
    """One event of the events API or of a webhook."""
    names = (("User", text_at(record, "user_name")), ("src_ip", text_at(record, "ipaddr")))
    return _parts(record, _ONELOGIN, names, ("created_at", "event_timestamp"))


def duo_parts(record: dict[str, Any]) -> Parts:
    """One entry of the log of authentications, of administrators, or of activities."""
    result = text_at(record, "result").casefold()
    names = (
        (
            "User",
            text_at(record, "user.name") or text_at(record, "username") or text_at(record, "actor.name"),
        ),
        (
            "src_ip",
            text_at(record, "access_device.ip")
            or text_at(record, "ip")
            or text_at(_described(record), "ip_address"),
        ),
        (
            "outcome",
            {"success": "success", "denied": "failure", "fraud": "failure", "failure": "failure"}.get(
                result, ""
            ),
        ),
    )
    return _parts(record, _DUO, names, ("isotimestamp", "ts", "timestamp"))


def _described(record: dict[str, Any]) -> Any:
    """What an administrator did, as an object inside a text."""
    text = record.get("description")
    if isinstance(text, str) and text[:1] == "{":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
    return text


def _parts(
    record: dict[str, Any], source: LogSource, names: tuple[tuple[str, str], ...], times: tuple[str, ...]
) -> Parts:
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    fields.update((name, value) for name, value in names if value)
    time_us = next((found for name in times if (found := epoch_us(record.get(name)))), 0)
    return Parts(fields, source, time_us, host)
