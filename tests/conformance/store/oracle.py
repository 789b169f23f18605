"""What the search language means, told a second time in plain Python: texts of searches, each with its predicate.

Nothing here uses the parser or the compiler. `searches()` draws a search as text together with a function that says
of an event whether it is meant.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from tests.kept import hot_columns

from keng.model.event import Event

Predicate = Callable[[Event], bool]
Search = tuple[str, Predicate]

WORDS = ("mimikatz", "whoami", "admin", "net", "user", "10", "thất", "cmd", "exe", "an")
TEXTS = (
    "admin", "TINH\\admin", "TINH\\an.nv", "an.nv", "C:\\Windows\\System32\\cmd.exe", "C:\\Tools\\MIMIKATZ.exe",
    "net user an /add", "đăng nhập thất bại", "100%_done", "a*b?c", "x", "", "cmd.exe", "whoami /all",
)  # fmt: skip
ADDRESSES = (
    "10.1.2.3",
    "10.1.2.4",
    "10.1.3.9",
    "203.0.113.7",
    "2001:db8::5",
    "2001:db8::9",
    "no address",
    "",
)
NUMBERS = ("0", "5", "443", "1024", "8443", "-3", "2.5", "65535", "many", "")
HOSTS = ("dc01", "DC01.tinh.vn", "dc02", "ws-1.tinh.vn", "")
COLUMNS: dict[str, Callable[[Event], list[str]]] = {
    "user": lambda e: [hot_columns(e).user],
    "process": lambda e: [hot_columns(e).process],
    "cmd": lambda e: [hot_columns(e).command_line],
    "host": lambda e: [e.host],
    "src": lambda e: [hot_columns(e).src_ip],
    "ip": lambda e: [hot_columns(e).src_ip, hot_columns(e).dst_ip],
    "IPADDRESS": lambda e: _lines(e, "IpAddress"),
    "size": lambda e: _lines(e, "size"),
    "odd name": lambda e: _lines(e, "odd name"),
    "never seen": lambda e: [""],
}
PARTS = {"user": "last", "process": "last", "host": "first"}


def events() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Fields of events, as keywords of `Event`."""
    text = st.sampled_from(TEXTS)
    fields = st.fixed_dictionaries(
        {},
        optional={
            "User": text,
            "Image": text,
            "CommandLine": text,
            "IpAddress": st.sampled_from(ADDRESSES) | st.lists(st.sampled_from(ADDRESSES[:-1]), max_size=3),
            "DestinationIp": st.sampled_from(ADDRESSES),
            "DestinationPort": st.sampled_from(NUMBERS),
            "size": st.sampled_from(NUMBERS)
            | st.lists(st.sampled_from(NUMBERS[:-1]), max_size=3)
            | st.integers(-9, 9),
            "odd name": text | st.lists(text.filter(bool), max_size=3) | st.booleans() | st.none(),
        },
    )
    return st.lists(
        st.fixed_dictionaries({"fields": fields, "host": st.sampled_from(HOSTS), "raw": text}),
        min_size=60,
        max_size=60,
    )


def searches() -> st.SearchStrategy[Search]:
    """Searches up to a few levels deep."""
    return st.recursive(
        words() | fields() | lists() | orders() | ranges() | ports(),
        lambda inner: st.one_of(
            st.tuples(inner, inner, st.sampled_from((" ", " AND "))).map(
                lambda t: (f"({t[0][0]}{t[2]}{t[1][0]})", lambda e, t=t: t[0][1](e) and t[1][1](e))
            ),
            st.tuples(inner, inner).map(
                lambda t: (f"({t[0][0]} OR {t[1][0]})", lambda e, t=t: t[0][1](e) or t[1][1](e))
            ),
            inner.map(lambda s: (f"NOT {s[0]}", lambda e, s=s: not s[1](e))),
            # NOT binds closest, then AND, then OR.
            st.tuples(inner, inner, inner).map(
                lambda t: (
                    f"(NOT {t[0][0]} {t[1][0]} OR {t[2][0]})",
                    lambda e, t=t: (not t[0][1](e) and t[1][1](e)) or t[2][1](e),
                )
            ),
        ),
        max_leaves=6,
    )


def words() -> st.SearchStrategy[Search]:
    """Bare words, phrases, and texts with stars."""
    return st.one_of(
        st.sampled_from(WORDS).map(lambda w: (w, lambda e, w=w: w.lower() in _tokens(e))),
        st.sampled_from([t for t in TEXTS if t and "*" not in t]).map(
            lambda t: (f'"{t}"', lambda e, t=t: _phrase(e, t))
        ),
        st.sampled_from(("*ami*", "mimik*", "*atz", "*dows", "C:\\*\\cmd*", "ne?*us", "*ấ*")).map(
            lambda w: (w, lambda e, w=w: any(_like(t, f"*{w}*") for t in (*_texts(e), e.raw)))
        ),
    )


def fields() -> st.SearchStrategy[Search]:
    """A field with a value, quoted or not, with wildcards, ranges of addresses, and every spelling of unequal."""
    return st.tuples(st.sampled_from(sorted(COLUMNS)), _values(), st.sampled_from((":", "=", "!=", "-"))).map(
        lambda t: _field(*t)
    )


def lists() -> st.SearchStrategy[Search]:
    """field:(a b)."""
    return st.tuples(
        st.sampled_from(sorted(COLUMNS)),
        st.lists(_values(), min_size=1, max_size=4) | st.lists(_plain(), min_size=4, max_size=9),
        st.sampled_from((" ", ", ", " OR ")),
        st.sampled_from((":", "!=")),
    ).map(
        lambda t: (
            f"{_name(t[0])}{t[3]}({t[2].join(v for v, _q in t[1])})",
            lambda e, t=t: any(_equals(e, t[0], *v) for v in t[1]) == (t[3] == ":"),
        )
    )


def orders() -> st.SearchStrategy[Search]:
    """size>=5, src<10.1.3.0."""
    return st.tuples(
        st.sampled_from(("size", "IPADDRESS", "src", "ip", "odd name")),
        st.sampled_from((">", ">=", "<", "<=")),
        st.sampled_from(("5", "0", "-3", "2.5", "443", "10.1.2.4", "2001:db8::6")),
    ).map(
        lambda t: (
            f"{_name(t[0])}{t[1]}{t[2]}",
            lambda e, t=t: any(_compare(v, t[1], t[2]) for v in COLUMNS[t[0]](e)),
        )
    )


def ranges() -> st.SearchStrategy[Search]:
    """size:1..10, src:[10.0.0.1 TO 10.1.2.3], and open ends."""
    ends = st.sampled_from(
        (("-3", "5"), ("0", "2.5"), ("10.1.2.0", "10.1.2.255"), ("2001:db8::1", "2001:db8::6"))
    )
    shapes = st.sampled_from(("{a}..{b}", "[{a} TO {b}]", "{a}..", "..{b}", "[* TO {b}]", "[{a} TO *]"))
    return st.tuples(st.sampled_from(("size", "IPADDRESS", "src", "ip")), ends, shapes).map(
        lambda t: (
            f"{t[0]}:{t[2].format(a=t[1][0], b=t[1][1])}",
            lambda e, t=t: any(
                ("{a}" not in t[2] or _compare(v, ">=", t[1][0]))
                and ("{b}" not in t[2] or _compare(v, "<=", t[1][1]))
                for v in COLUMNS[t[0]](e)
            ),
        )
    )


def ports() -> st.SearchStrategy[Search]:
    """A column of numbers, where 0 stands for unknown."""
    return st.one_of(
        st.sampled_from(("443", "1024", "0")).map(lambda n: (f"port:{n}", lambda e, n=n: _port(e) == int(n))),
        st.just(("port:*", lambda e: _port(e) != 0)),
        st.just(("dport:?4*", lambda e: re.fullmatch(".4.*", str(_port(e))) is not None)),
        st.just(("port:1000..9000", lambda e: 1000 <= _port(e) <= 9000)),
        st.just(("port<2000", lambda e: 0 < _port(e) < 2000)),
    )


def _plain() -> st.SearchStrategy[tuple[str, bool]]:
    """Values that make long lists."""
    texts = [t for t in (*TEXTS, *ADDRESSES, *NUMBERS, *HOSTS) if t]
    return st.sampled_from(texts).map(lambda t: ('"' + t + '"', True))


def _values() -> st.SearchStrategy[tuple[str, bool]]:
    bare = [t for t in (*TEXTS, *ADDRESSES, *NUMBERS, *HOSTS) if t and not re.search(r'[\s()"]', t)]
    quoted = st.sampled_from((*TEXTS, *ADDRESSES, *NUMBERS, *HOSTS)).map(lambda t: ('"' + t + '"', True))
    wild = (
        "*",
        "*\\cmd.exe",
        "C:\\*",
        "*adm?n",
        "10.1.*",
        "10.1.0.0/16",
        "2001:db8::/32",
        "*.vn",
        "?",
        "C:\\\\Tools\\\\*",
    )
    return st.sampled_from((*bare, *wild)).map(lambda t: (t, False)) | quoted


def _field(name: str, value: tuple[str, bool], operator: str) -> Search:
    minus = "-" if operator == "-" and name.isalpha() else ""
    operator = ":" if operator == "-" else operator
    negative = bool(minus) or operator == "!="
    return f"{minus}{_name(name)}{operator}{value[0]}", lambda e: _equals(e, name, *value) != negative


def _name(name: str) -> str:
    return name if name.isalpha() else f'"{name}"'


def _equals(event: Event, name: str, value: str, quoted: bool) -> bool:
    found = COLUMNS[name](event)
    if value == '""':  # nothing at all, not an empty item of a list
        return any(one == "" for one in (found if name in ("ip", *PARTS) else found[:1]))
    if quoted:
        return any(_equal_or_part(name, one, value[1:-1], False) for one in found)
    if value == "*":
        return any(one != "" for one in found)
    if "/" in value and re.fullmatch(r"[0-9a-f:.]+/\d+", value):
        return any(_inside(one, value) for one in found)
    spellings = {value, value.replace("\\\\", "\\")}
    return any(_equal_or_part(name, one, spelling, True) for one in found for spelling in spellings)


def _equal_or_part(name: str, text: str, value: str, wild: bool) -> bool:
    def same(one: str) -> bool:
        return _like(one, value) if wild else one.lower() == value.lower()

    if same(text):
        return True
    part = PARTS.get(name, "")
    if part == "last" and value and not set(value) & set("\\/"):
        return any(char in "\\/" and same(text[at + 1 :]) for at, char in enumerate(text))
    if part == "first" and value and "." not in value:
        return any(char == "." and same(text[:at]) for at, char in enumerate(text))
    return False


def _like(text: str, pattern: str) -> bool:
    regex = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(regex, text, re.IGNORECASE | re.DOTALL) is not None


def _compare(text: str, operator: str, bound: str) -> bool:
    value: Any
    limit: Any
    try:
        if bound.count(".") == 3 or ":" in bound:
            value, limit = ipaddress.ip_address(text), ipaddress.ip_address(bound)
            if value.version != limit.version:
                return False
        else:
            value, limit = float(text), float(bound)
    except ValueError:
        return False
    return bool(
        {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}[operator]
    )


def _inside(text: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(network)
    except ValueError:
        return False


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lines(event: Event, name: str) -> list[str]:
    text = _text(event.fields.get(name))
    # The whole value counts beside its lines, so that a list equals what it is shown as.
    return list(dict.fromkeys([text, *text.split("\n")]))


def _texts(event: Event) -> list[str]:
    return [_text(value) for value in event.fields.values()]


def _tokens(event: Event) -> set[str]:
    return set(re.findall(r"[a-z0-9\u0080-\U0010ffff]+", " ".join([event.raw, *_texts(event)]).lower()))


def _phrase(event: Event, text: str) -> bool:
    whole = set(re.findall(r"[a-z0-9\u0080-\U0010ffff]+", text.lower())) <= _tokens(event)
    return whole and any(text.lower() in one.lower() for one in (event.raw, *_texts(event)))


def _port(event: Event) -> int:
    return int(hot_columns(event).dst_port)
