"""Names that a search may use: short names of the columns, and the log's own fields in any case of letters."""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from keng.model.hot_columns import HotColumns


class Type(Enum):
    """How a column's values compare."""

    TEXT = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    LIST = auto()
    ID = auto()


class Column(NamedTuple):
    """A column of the table. worded: its text is part of the words of the event, so the word index can help.

    last_part: a value without a separator also means the last part: cmd.exe of C:\\Windows\\cmd.exe, an of DOMAIN\\an.
    first_part: a value without a dot also means the first part: dc01 of dc01.example.vn.
    """

    name: str
    type: Type
    worded: bool = False
    last_part: bool = False
    first_part: bool = False


class Tail(NamedTuple):
    """A log's own field, by its exact name."""

    name: str


Target = Column | Tail
Names = Callable[[str], tuple[str, ...]]
"""From a name in lower case to the exact names that the store has seen."""

_PATHS = frozenset(("user", "process", "parent", "file_path"))
_COLUMNS = {
    column.name: column
    for column in (
        Column("id", Type.ID),
        Column("offset", Type.NUMBER),
        *(Column(name, Type.TEXT) for name in ("agency", "source", "format", "product", "service")),
        Column("host", Type.TEXT, first_part=True),
        Column("categories", Type.LIST),
        Column("parsed", Type.BOOLEAN),
        *(
            Column(name, Type.NUMBER)
            if isinstance(default, int)
            else Column(name, Type.TEXT, worded=True, last_part=name in _PATHS)
            for name, default in HotColumns._field_defaults.items()
        ),
    )
}

# A short name stands for columns (any of them), or for log fields that begin with "=".
ALIASES: dict[str, tuple[str, ...]] = {
    "agency": ("agency",),
    "source": ("source",),
    "host": ("host",),
    "computer": ("host",),
    "user": ("user",),
    "process": ("process",),
    "image": ("process",),
    "command": ("command_line",),
    "cmd": ("command_line",),
    "commandline": ("command_line",),
    "parent": ("parent",),
    "parentimage": ("parent",),
    "src": ("src_ip",),
    "dst": ("dst_ip",),
    "ip": ("src_ip", "dst_ip"),
    "port": ("dst_port",),
    "sport": ("src_port",),
    "dport": ("dst_port",),
    "domain": ("domain",),
    "url": ("url",),
    "file": ("file_path",),
    "hash": ("hash",),
    "event": ("code",),
    "eventid": ("code",),
    "class": ("class_uid",),
    "product": ("product",),
    "service": ("service",),
    "category": ("categories",),
    "format": ("format",),
    "parsed": ("parsed",),
    "id": ("id",),
    "rule": ("=RuleName", "=rule", "=alert.signature", "=signature"),
    "level": ("=Level", "=severity", "=level"),
}
# Names of the Elastic Common Schema, which analysts know from Kibana: columns, and the log's own field of that name.
ECS: dict[str, str] = {
    "host.name": "host",
    "host.hostname": "host",
    "user.name": "user",
    "source.user.name": "user",
    "process.name": "process",
    "process.executable": "process",
    "process.command_line": "command_line",
    "process.parent.name": "parent",
    "process.parent.executable": "parent",
    "source.ip": "src_ip",
    "client.ip": "src_ip",
    "source.port": "src_port",
    "destination.ip": "dst_ip",
    "server.ip": "dst_ip",
    "destination.port": "dst_port",
    "dns.question.name": "domain",
    "url.full": "url",
    "file.path": "file_path",
    "event.code": "code",
    "winlog.event_id": "code",
}
_OUTER = (
    "winlog.event_data.",
    "event_data.",
    "eventdata.",
    "event.eventdata.",
)  # what shippers put before a name
SHOWN = tuple(dict.fromkeys([*ALIASES, *HotColumns._fields]))


def targets(name: str, names: Names) -> tuple[Target, ...]:
    """What a name means; a log field that was never seen is taken as it is written, without what shippers put before it."""
    lower = name.lower()
    columns = ALIASES.get(lower) or ((lower,) if lower in _COLUMNS else ())
    if columns:
        return tuple(Tail(one[1:]) if one.startswith("=") else _COLUMNS[one] for one in columns)
    seen = tuple(Tail(exact) for exact in names(lower))
    if lower in ECS:
        return (_COLUMNS[ECS[lower]], *seen)
    if not seen and (inner := _without_outer(name)) != name:
        return targets(inner, names)
    return seen or (Tail(name),)


def _without_outer(name: str) -> str:
    while outer := next((one for one in _OUTER if name.lower().startswith(one) and len(name) > len(one)), ""):
        name = name[len(outer) :]
    return name


def column_type(name: str) -> Type | None:
    """The type of the columns that a name means, None for a log's own field."""
    target = targets(name, lambda _: ())[0]
    return target.type if isinstance(target, Column) else None


VIEW: tuple[str, ...] = ("time", "received", *_COLUMNS, "fields", "raw")
"""The columns of the view `events` that SQL of experts sees."""
