"""The search language, its completion and SQL of experts on hostile input: 50,000 cases by `pytest -m long`, a few in `make test`.

Each case is a search or a refusal with its place in the text, within a bounded time; what is a search becomes a statement
of bounded length in which nothing of what was typed stands. KENG_FUZZ sets the number of cases.
"""

import os
import re
import time
from collections.abc import Callable

import pytest
from tests.fuzz.hostile import cases

from keng.model.rejected import Rejected
from keng.store import statements
from keng.store.completion import at_cursor
from keng.store.query import SearchQuery
from keng.store.search import MAX_LENGTH, parse_search, pivot
from keng.store.sql import SqlQuery, parse_sql

NOW = 1_790_000_000_000_000
FEW, MANY = 400, 50_000
SECONDS = 0.5
"""Of processor time for one case; a usual one takes a thousandth."""
MAX_STATEMENT = 400_000
SEARCHES = [
    b'user:admin AND NOT host:dc01 "mimikatz" port>=1024 last 7d',
    b"(a OR b) NOT c -user:x !host:y +z && d || e",
    b'host:(dc01 dc02 "m\xc3\xa1y 3") src:10.0.0.0/8 ip:[10.0.0.1 TO 10.0.0.9] src:2001:db8::/32',
    b"port:{1 TO 9} port:1024..2048 port IN (80,443) port NOT IN (1, 2) port:>=5 size>1.5 size<-2",
    b'from:2026-11-24 to:"24/11/2026 10:30" time>=2026-11-24 @timestamp:[now-7d/d TO now] earliest=-2h',
    b"last 15 minutes last:2w last 7 ng\xc3\xa0y",
    b'process:*\\cmd.exe command:"C:\\Windows\\*" image:C:\\a?b* "odd name":"say ""hi"""',
    b'"nguy\xe1\xbb\x85n v\xc4\x83n an" \xc4\x90\xc4\x82NG nh\xe1\xba\xadp*',
    b"id:0123456789abcdef0123456789abcdef parsed:false category:process* _exists_:user user:*",
    b"http://a.vn/x?y=1 C:\\x fe80::1 -enc a -> b {B6E42B3F-1} x | stats count by y",
]
STATEMENTS = [
    b"SELECT host, count() AS n FROM events WHERE user = 'a' AND time > now() - INTERVAL 1 DAY GROUP BY host ORDER BY n DESC",
    b"SELECT fields['LogonType'] AS t, uniq(user) FROM events WHERE raw LIKE '%mimi%' GROUP BY t HAVING count() > 5 LIMIT 10",
    b"WITH a AS (SELECT host FROM events) SELECT * FROM a WHERE host IN ('x', 'y')",
]
DEEP = {
    "parentheses": "(" * 4_000,
    "closed parentheses": "(" * 3_000 + "a" + ")" * 3_000,
    "NOT": "NOT " * 1_900 + "a",
    "signs": "!" * 4_000 + "a",
    "minus and parenthesis": "-(" * 2_000,
    "quotes": '"' * 7_999,
    "names": "a:" * 3_999,
    "operators": "a" + "=" * 7_000,
    "blanks": "a" + " " * 7_000 + ":" + " " * 900,
    "long name": "a" * 7_990 + ":b",
    "minuses of a name": "-" + "a-" * 3_990,
    "stars": "*" * 8_000,
    "stars and letters": "a*" * 4_000,
    "field of stars": "x:" + "*a?" * 2_600,
    "terms": "a " * 4_000,
    "ORs": "a OR " * 1_500 + "a",
    "list": "host:(" + "a " * 3_900 + ")",
    "commas": "host IN (" + "a," * 3_900 + ")",
    "unclosed lists": "a:(" * 2_600,
    "ranges": "a:[" * 2_600,
    "number": "port:" + "9" * 7_900,
    "order": "port>=" + "9" * 7_900,
    "negative order": "size>-" + "9" * 900,
    "point": "size>" + "." * 900,
    "span": "last " + "9" * 300 + "d",
    "day": "from:99999-99-99 to:0000-00-00",
    "zone": "from:2026-11-24T10:00+99:99",
    "address": "src:" + "1." * 3_000,
    "network": "src:10.0.0.0/99999999999999",
    "networks of six": "src:" + ":" * 4_000 + "/128",
    "NUL": "user:a\0b \0 \"\0\"",
    "bidi": "user:\u202eadmin \u2066 \u200b",
    "surrogate": "user:\ud800 \udfff",
    "separators": "a\u2028b\u0085c\u3000d:\u00a0e",
    "digits of others": "port:٣ last ٣d port:²",
    "too long": "a" * (MAX_LENGTH + 1),
}  # fmt: skip


def no_names(lower: str) -> tuple[str, ...]:
    return (lower, lower.upper()) if lower == "odd name" else ()


def hold(text: str) -> SearchQuery | Rejected:
    """What every search keeps to; raises AssertionError."""
    began = time.thread_time()
    read = parse_search(text, NOW)
    assert time.thread_time() - began < SECONDS, "too slow"
    if isinstance(read, Rejected):
        column = re.fullmatch(r"\D+ (\d+)", read.position)
        assert column and 1 <= int(column[1]) <= max(len(text), 1) + 1 and read.reason, read
        return read
    for made in (
        statements.search(read, no_names, frozenset({"bv"}), None, 100),
        statements.count(read, no_names, None),
    ):
        assert len(made.sql) < MAX_STATEMENT and "'" not in re.sub(r"'[^']*'", "", made.sql), made.sql[:300]
    assert time.thread_time() - began < 2 * SECONDS, "too slow to become a statement"
    return read


def complete(text: str) -> None:
    for at in (0, len(text) // 2, len(text), len(text) + 9):
        cursor = at_cursor(text, at)
        assert 0 <= cursor.start <= cursor.end <= len(text)


def sql(text: str) -> None:
    began = time.thread_time()
    read = parse_sql(text)
    assert isinstance(read, SqlQuery) or read.reason
    assert time.thread_time() - began < 4 * SECONDS, "too slow"


def number(usual: int) -> int:
    return int(os.environ.get("KENG_FUZZ", usual))


def run(name: str, samples: list[bytes], count: int, target: Callable[[str], object], seed: int) -> None:
    for data in cases(name, samples, count, seed, size=4_096):
        text = data.decode("utf-8", "surrogateescape" if len(data) % 2 else "replace")
        try:
            target(text)
        except Exception as error:
            error.add_note(f"{name}, seed {seed}: {text!r}"[:2_000])
            raise


@pytest.mark.parametrize("name", sorted(DEEP))
def test_deep_long_and_odd_searches_are_read_or_refused_in_time(name: str) -> None:
    hold(DEEP[name])
    complete(DEEP[name])
    sql(DEEP[name])


def test_a_value_of_any_kind_comes_back_from_its_link_as_it_is() -> None:
    for text in DEEP.values():
        value = text[:200]
        read = parse_search(pivot("time", value), NOW)
        assert isinstance(read, SearchQuery) and read.expression is not None and read.from_us is None


def test_searches_are_read_or_refused_with_their_place() -> None:
    run("search", SEARCHES, number(FEW), hold, seed=1)


def test_completion_finds_its_place_in_anything() -> None:
    run("completion", SEARCHES, number(FEW), complete, seed=2)


def test_statements_of_experts_are_read_or_refused() -> None:
    run("sql", STATEMENTS, number(FEW // 4), sql, seed=3)


@pytest.mark.long
def test_fifty_thousand_searches() -> None:
    run("search", SEARCHES, number(MANY), hold, seed=4)


@pytest.mark.long
def test_fifty_thousand_completions() -> None:
    run("completion", SEARCHES, number(MANY), complete, seed=5)


@pytest.mark.long
def test_many_statements_of_experts() -> None:
    run("sql", STATEMENTS, number(MANY // 10), sql, seed=6)
