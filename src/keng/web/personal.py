"""Personal data of events is for those who hunt and handle; others see that there is some, and not whose.

Names of accounts, people and mailboxes are masked wherever they stand in an event, and its raw text is left out. Which
roles see them says `Permission.SEE_PERSONAL`.
"""

import re
from collections.abc import Callable, Iterable

import msgspec

from keng.model.alert import Alert, Sample
from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.web.desk import Desk

MASK = "•••"
MIN_COPIED = 3
"""Shorter names are masked at their own place only: everywhere else they would tear words apart."""
_HOT = frozenset(("user",))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PEOPLE_TEXT = """
    user users username usernames usr account accounts accountname acct email emails mail sender recipient recipients rcpt
    upn actor owner person fullname displayname samaccountname ruser suser duser tuser
"""
_PEOPLE = frozenset(_PEOPLE_TEXT.split())
_WHOLE = frozenset(("from", "to", "cc", "bcc", "logname", "login"))
_NOT = frozenset(
    (
        "agent",
        "agents",
        "domain",
        "type",
        "state",
        "status",
        "control",
        "flags",
        "count",
        "category",
        "privileges",
    )
)
"""Last words of names that speak of an account and name nobody: UserAgent, AccountDomain."""


def sees(desk: Desk) -> bool:
    """Whether the person sees personal data."""
    return desk.may("see_personal")


def is_personal(field: str) -> bool:
    """Whether a field of the search language or of a log holds people's names."""
    words = [word.lower() for word in _WORD.findall(field)]
    if not words or words[-1] in _NOT:
        return False
    return field.lower() in _WHOLE or not _PEOPLE.isdisjoint(words)


def shown(desk: Desk, events: Iterable[StoredEvent]) -> tuple[StoredEvent, ...]:
    """The events as this person may see them."""
    return tuple(events) if sees(desk) else tuple(masked(event) for event in events)


def shown_alerts(desk: Desk, alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts as this person may see them."""
    return list(alerts) if sees(desk) else [masked_alert(alert) for alert in alerts]


def masked(event: StoredEvent) -> StoredEvent:
    """The event without people's names. Pure."""
    names = {value for name, value in event.fields.items() if value and is_personal(name)}
    names |= {str(getattr(event.hot, name)) for name in _HOT if getattr(event.hot, name)}
    clean = _without(names)
    hot = [
        value if not isinstance(value, str) else (MASK if value else "") if name in _HOT else clean(value)
        for name, value in zip(HotColumns._fields, event.hot, strict=True)
    ]
    return msgspec.structs.replace(
        event, hot=HotColumns._make(hot), fields=_cleaned(event.fields, clean), raw=MASK if event.raw else ""
    )


def masked_alert(alert: Alert) -> Alert:
    """The alert without people's names in what made it match, its group and its accounts. Pure."""
    names = set(alert.users)
    for fields in (alert.group, *(sample.matched for sample in alert.samples)):
        names |= {value for name, value in fields.items() if value and is_personal(name)}
    clean = _without(names)
    samples = tuple(
        Sample(
            one.event_id, one.time_us, _cleaned(one.matched, clean), one.event_ids, MASK if one.user else ""
        )
        for one in alert.samples
    )
    users = (MASK,) if alert.users else ()
    return msgspec.structs.replace(alert, group=_cleaned(alert.group, clean), users=users, samples=samples)


def _without(names: Iterable[str]) -> Callable[[str], str]:
    """What takes all copies of these names out of a text; of DOMAIN\\name and name@domain the bare name, too."""
    parts = {
        part for name in names for part in (name, re.split(r"[\\/@]", name)[-1]) if len(part) >= MIN_COPIED
    }
    if not parts:
        return str
    pattern = re.compile("|".join(map(re.escape, sorted(parts, key=len, reverse=True))), re.IGNORECASE)
    return lambda text: pattern.sub(MASK, text)


def _cleaned(fields: dict[str, str], clean: Callable[[str], str]) -> dict[str, str]:
    return {
        name: (MASK if value else "") if is_personal(name) else clean(value) for name, value in fields.items()
    }
