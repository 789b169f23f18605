"""What rules look at in a Windows event, read from its JSON without making the event.

Most events are no rule's business, and to know that a few values are enough. A glance gives the values that
`to_event` would give under the same names, or nothing wherever it cannot be sure: nested data, names that stand twice,
content that privacy takes out, channels whose names are completed, whatever is not in the usual form. Then the event is
made whole and judged as ever.

    windows_evtx        System as the parser `evtx` and evtx_dump write it, EventData with one scalar a name
    windows_flat        header and data side by side (NXLog, OTRF)
    windows_winlogbeat  nested, `winlog.event_data` with one scalar a name, nothing of it moved to ECS names
"""

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson

from keng.model.glance import Glance
from keng.normalise.cut import MAX_FIELDS
from keng.normalise.logsource import windows_logsource
from keng.normalise.privacy import is_harmless
from keng.normalise.windows import LINUX_SYSMON, complete, event_id
from keng.normalise.windows_flat import HEADER_KEYS, KINDS, SPECIAL, TRANSPORT
from keng.normalise.windows_names import NAMED
from keng.normalise.windows_system import HEADER, SYSMON_CHANNEL, is_said_only
from keng.normalise.winlogbeat import is_usual

MAX_BYTES = 6 * MAX_FIELDS
"""Shorter texts cannot hold more fields than an event may have."""
MAX_KNOWN = 20_000
GIVEN = frozenset(("EventID", "Provider_Name"))
"""Names of the header that a glance gives."""
_PROVIDERS = ("SourceName", "ProviderName", "Provider_Name", "Provider")
_OTHERS = frozenset((
    "EventId", "LogName", "Event", "winlog", "winlog.channel", "winlog.event_id", "RuleTitle",
    "_source", "result", "detail", "Records", "records",
))  # fmt: skip
"""Keys by which a record is another shape's, or in an envelope, or has the same thing twice."""
LOOKED_THROUGH = frozenset(("windows_winlogbeat",))
"""Formats whose whole text privacy looks through, whatever the fields are: see `privacy.touched`."""
HIDDEN = (
    HEADER
    | HEADER_KEYS
    | TRANSPORT
    | {"Data", "Correlation", "Execution", "Security", "TimeCreated", "Provider_EventSourceName", "xml_name"}
) - GIVEN
"""Fields that a glance does not answer for."""


# Larger integers are kept differently by different parsers.
_Integer = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Scalar = str | _Integer | float | bool | None


class _Of(msgspec.Struct, forbid_unknown_fields=True):
    """An element of the header with nothing but attributes."""


class _MadeBy(_Of, rename={"name": "Name", "guid": "Guid", "source": "EventSourceName"}):
    name: str
    guid: str | None = None
    source: str | None = None


class _Provider(_Of, rename={"attributes": "#attributes"}):
    attributes: _MadeBy


class _At(_Of):
    SystemTime: str


class _TimeCreated(_Of, rename={"attributes": "#attributes"}):
    attributes: _At


class _RanIn(_Of):
    ProcessID: _Integer
    ThreadID: _Integer


class _Execution(_Of, rename={"attributes": "#attributes"}):
    attributes: _RanIn


class _Activity(_Of):
    ActivityID: str | None = None
    RelatedActivityID: str | None = None


class _Correlation(_Of, rename={"attributes": "#attributes"}):
    attributes: _Activity


class _By(_Of):
    UserID: str


class _Security(_Of, rename={"attributes": "#attributes"}):
    attributes: _By


class _System(_Of):
    Provider: _Provider
    EventID: _Integer
    Channel: str
    Version: _Scalar = None
    Level: _Scalar = None
    Task: _Scalar = None
    Opcode: _Scalar = None
    Keywords: _Scalar = None
    TimeCreated: _TimeCreated | None = None
    EventRecordID: _Scalar = None
    Correlation: _Correlation | None = None
    Execution: _Execution | None = None
    Computer: str | None = None
    Security: _Security | None = None


class _Namespace(msgspec.Struct):
    """Whatever stands there says nothing."""


class _Event(_Of, rename={"attributes": "#attributes"}):
    System: _System
    EventData: dict[str, _Scalar] | None
    attributes: _Namespace | None = None


class _Document(_Of):
    Event: _Event


_decode = msgspec.json.Decoder(_Document).decode
# Objects give their parts as fields; lists are no data, whatever is in them.
_decode_flat = msgspec.json.Decoder(dict[str, _Scalar | list[Any]]).decode
_plain: set[str] = set()


def glance(raw: bytes) -> Glance | None:
    """One line of JSON; None if only the whole way can tell."""
    if len(raw) > MAX_BYTES or raw[:1] != b"{":
        return None
    if raw.startswith(b'{"Event":'):
        return _evtx(raw)
    if raw.startswith(b'{"@timestamp"') and b'"winlog"' in raw:
        return _winlogbeat(raw)
    return _flat(raw)


def _evtx(raw: bytes) -> Glance | None:
    try:
        event = _decode(raw).Event
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    system = event.System
    fields = event.EventData
    if fields is None:
        fields = {}
    elif not _plain.issuperset(fields) and not _learnt(fields):
        return None
    provider = system.Provider.attributes.name
    number, channel = system.EventID, system.Channel
    source = windows_logsource(channel, provider, number)
    if source.service in NAMED or provider == LINUX_SYSMON:
        return None
    fields["EventID"] = number
    fields["Provider_Name"] = provider
    if number == 4688:
        complete(fields, channel)
    return Glance("windows_evtx", source, number, fields, HIDDEN)


def _learnt(names: dict[str, Any]) -> bool:
    """Whether no name is content or the header's; those that are not will be known."""
    for name in names:
        if name in GIVEN or not is_harmless(name, "windows"):
            return False
        if len(_plain) < MAX_KNOWN:
            _plain.add(name)
    return True


class _Layout(NamedTuple):
    """What the keys of a flat record tell. number, provider: keys that hold them ("" if none does)."""

    number: str
    provider: str
    clear: bool


@lru_cache(maxsize=4096)
def _layout(keys: tuple[str, ...]) -> _Layout | None:
    """None if records with these keys are not for a glance. clear: the data do not stand in the message alone."""
    names = frozenset(keys)
    providers = [key for key in _PROVIDERS if key in names]
    if "Channel" not in names or "EventID" not in names or len(providers) > 1:
        return None
    if not names.isdisjoint(_OTHERS) or not names.isdisjoint(SPECIAL):
        return None
    if not all(is_harmless(name, "windows") for name in names):
        return None
    return _Layout("EventID", providers[0] if providers else "", "UtcTime" in names)


def _flat(raw: bytes) -> Glance | None:
    try:
        fields = _decode_flat(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _winlogbeat(raw) if b'"winlog"' in raw else None
    layout = _layout(tuple(fields))
    if layout is None:
        return None
    channel, number = fields["Channel"], fields["EventID"]
    provider = fields[layout.provider] if layout.provider else ""
    if type(channel) is not str or type(provider) is not str:
        return None
    if type(number) is not int and not (number := event_id(fields)):
        return None
    if channel == SYSMON_CHANNEL and (not layout.clear or fields["UtcTime"] is None):
        return None
    if channel == "Security" and is_said_only(fields, fields.get("Message")):
        return None
    source = windows_logsource(channel, provider, number)
    if source.service in NAMED:
        return None
    fields["EventID"] = number
    if layout.provider:
        fields["Provider_Name"] = provider
    if type(kind := fields.get("EventType")) is str and kind in KINDS:
        del fields["EventType"]
    if number == 4688:
        own = {name: value for name, value in fields.items() if value is not None and type(value) is not list}
        fields = complete(own, channel)
    return Glance("windows_flat", source, number, fields, HIDDEN)


@lru_cache(maxsize=4096)
def _is_usual(keys: tuple[str, ...]) -> bool:
    return is_usual(keys) and _OTHERS.isdisjoint(frozenset(keys) - {"winlog"})


def _winlogbeat(raw: bytes) -> Glance | None:
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if (
        type(record) is not dict
        or not _is_usual(tuple(record))
        or type(winlog := record["winlog"]) is not dict
    ):
        return None
    get = winlog.get
    fields, number = get("event_data"), get("event_id")
    provider, channel = get("provider_name"), get("channel")
    if (
        type(fields) is not dict
        or "user_data" in winlog
        or "Channel" in fields
        or type(provider) is not str
        or not provider
        or type(channel) is not str
        or not channel
        or dict in set(map(type, fields.values()))
        or not (_plain.issuperset(fields) or _learnt(fields))
        or (channel == SYSMON_CHANNEL and fields.get("UtcTime") is None)
        or (channel == "Security" and is_said_only(fields, record.get("message")))
    ):
        return None
    if type(number) is str and number.isascii() and number.isdigit() and len(number) < 10:
        number = int(number)
    if type(number) is not int:
        return None
    source = windows_logsource(channel, provider, number)
    if source.service in NAMED:
        return None
    fields["EventID"] = number
    fields["Provider_Name"] = provider
    if number == 4688:
        fields = complete({name: value for name, value in fields.items() if value is not None}, channel)
    return Glance("windows_winlogbeat", source, number, fields, HIDDEN)
