"""Audit logs of GitHub, GitLab and Bitbucket: own names with dots, as SigmaHQ's rules have them; User and src_ip beside."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import text_at
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_GITHUB = LogSource("github", "audit")
_GITLAB = LogSource("gitlab", "audit")
_BITBUCKET = LogSource("bitbucket", "audit")


def github_parts(record: dict[str, Any]) -> Parts:
    """One event; the time is in milliseconds, under @timestamp or created_at."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    fields.update(
        (name, value)
        for name, value in (("User", text_at(record, "actor")), ("src_ip", text_at(record, "actor_ip")))
        if value
    )
    time_us = epoch_us(record.get("@timestamp")) or epoch_us(record.get("created_at"))
    return Parts(fields, _GITHUB, time_us, host or text_at(record, "org"))


def gitlab_parts(record: dict[str, Any]) -> Parts:
    """One audit event, of the log file, the API or a stream."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    user = text_at(record, "author_name") or text_at(record, "details.author_name")
    address = text_at(record, "ip_address") or text_at(record, "details.ip_address")
    fields.update((name, value) for name, value in (("User", user), ("src_ip", address)) if value)
    time_us = epoch_us(record.get("created_at")) or epoch_us(record.get("time"))
    return Parts(fields, _GITLAB, time_us, host)


def bitbucket_parts(record: dict[str, Any]) -> Parts:
    """One event of Bitbucket Data Center's audit file; the time is ISO 8601 or seconds and nanoseconds."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    user = text_at(record, "author.name") or text_at(record, "userName")
    address = text_at(record, "source") or text_at(record, "remoteAddress")
    # Behind a proxy it is the client and after it each proxy.
    address = address.partition(",")[0].strip()
    fields.update((name, value) for name, value in (("User", user), ("src_ip", address)) if value)
    stamp = record.get("timestamp")
    if isinstance(stamp, dict):
        seconds, nanos = stamp.get("epochSecond"), stamp.get("nano")
        time_us = epoch_us(seconds) + (
            nanos // 1000 if isinstance(nanos, int) and 0 <= nanos < 1_000_000_000 else 0
        )
    else:
        time_us = epoch_us(stamp)
    return Parts(fields, _BITBUCKET, time_us, host or text_at(record, "node"))
