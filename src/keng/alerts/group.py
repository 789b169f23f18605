"""Which detections belong to one alert, and what the alert keeps of them. Pure.

A detection joins an alert of the same rule, agency and entity if its event lies within `WINDOW_US` of the
alert's events and the alert then spans at most `MAX_SPAN_US`. The entity is a correlation's group-by values;
else the host; else the user; else the source. (Users of one host share an alert: a password spray over forty
accounts is one thing to judge.) A closed alert takes only late events inside the time that was judged.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from keng.model.alert import Alert, AlertStatus, Sample
from keng.model.detection import Detection

WINDOW_US = 60 * 60 * 1_000_000
MAX_SPAN_US = 24 * 60 * 60 * 1_000_000
MAX_SAMPLES = 10
MAX_USERS = 20
MAX_EVENT_IDS = 50
MAX_FIELDS = 24
MAX_VALUE = 2_000
USER_FIELDS = ("TargetUserName", "User", "SubjectUserName", "user", "username")


def counted_key(detection: Detection) -> str:
    """32 hex digits that name this detection: same rule, same event, same group."""
    return _digest(
        detection.rule.id, detection.event.id, msgspec.json.encode(_texts(detection.group)).decode()
    )


def group_key(detection: Detection) -> str:
    """32 hex digits that name the rule, agency and entity."""
    event = detection.event
    if detection.group:
        entity = "group:" + msgspec.json.encode(sorted(_texts(detection.group).items())).decode()
    elif event.host:
        entity = "host:" + event.host.lower()
    elif user := user_of(event.fields):
        entity = "user:" + user.lower()
    else:
        entity = "source:" + event.source
    return _digest(detection.rule.id, event.agency, entity)


def user_of(fields: Mapping[str, Any]) -> str:
    """The account an event is about, "" if it names none."""
    for name in USER_FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and value not in ("", "-"):
            return _text(value)
    return ""


def find_alert(candidates: Iterable[Alert], time_us: int) -> Alert | None:
    """The one of the candidates (all of the detection's group key) that the detection joins; newest wins."""
    fitting = [alert for alert in candidates if _fits(alert, time_us)]
    return max(
        fitting, key=lambda alert: (alert.status is not AlertStatus.CLOSED, alert.last_us), default=None
    )


def new_alert(
    detection: Detection, now_us: int, system: str = "", level: int = 0, found_later: bool = False
) -> Alert:
    """An alert that holds this one detection. `id` is 0; spread and priority are for `alerts/score.py`."""
    event = detection.event
    user = user_of(event.fields)
    return Alert(
        id=0,
        key=group_key(detection),
        rule=detection.rule,
        severity=detection.rule.severity,
        agency=event.agency,
        source=event.source,
        host=_text(event.host),
        first_us=event.time_us,
        last_us=event.time_us,
        created_us=now_us,
        updated_us=now_us,
        system=system,
        level=level,
        group=_texts(detection.group),
        users=(user,) if user else (),
        samples=(sample_of(detection),),
        found_later=found_later,
    )


def grow(alert: Alert, detection: Detection, now_us: int) -> Alert:
    """The alert with one more detection. Samples keep the earliest ones: they show how it began."""
    event = detection.event
    user = user_of(event.fields)
    users, samples = alert.users, alert.samples
    if user and user not in users and len(users) < MAX_USERS:
        users = (*users, user)
    if len(samples) < MAX_SAMPLES:
        samples = (*samples, sample_of(detection))
    return msgspec.structs.replace(
        alert,
        count=alert.count + 1,
        first_us=min(alert.first_us, event.time_us),
        last_us=max(alert.last_us, event.time_us),
        updated_us=max(alert.updated_us, now_us),
        users=users,
        samples=samples,
        severity=max(alert.severity, detection.rule.severity),
    )


def _fits(alert: Alert, time_us: int) -> bool:
    if alert.status is AlertStatus.CLOSED:
        return alert.first_us <= time_us <= alert.last_us
    if not alert.first_us - WINDOW_US <= time_us <= alert.last_us + WINDOW_US:
        return False
    return max(alert.last_us, time_us) - min(alert.first_us, time_us) <= MAX_SPAN_US


def sample_of(detection: Detection) -> Sample:
    """What an alert keeps of one detection, texts cut."""
    event = detection.event
    return Sample(
        event_id=event.id,
        time_us=event.time_us,
        matched=_texts(detection.matched),
        event_ids=detection.event_ids[-MAX_EVENT_IDS:],
        user=user_of(event.fields),
    )


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {_text(str(name)): _text(value) for name, value in list(values.items())[:MAX_FIELDS]}


def _text(value: Any) -> str:
    if isinstance(value, str):
        # A database takes neither lone surrogates nor NUL.
        return value[:MAX_VALUE].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value[:MAX_FIELDS])[:MAX_VALUE]
    return "" if value is None else str(value)[:MAX_VALUE]


def _digest(*parts: str) -> str:
    joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
