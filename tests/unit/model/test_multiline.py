"""Entries of several lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.formats.lines import read_lines
from keng.formats.recognise import read_file, recognise
from keng.model.multiline import MAX_BYTES, MAX_LINES, Entry, joined
from keng.model.record import Record
from keng.model.rejected import Rejected

JAVA = b"""2024-05-01 12:00:00.123 ERROR 1 --- [main] o.s.web.X : threw
org.springframework.expression.spel.SpelEvaluationException: EL1005E
\tat a.b.C.d(C.java:1)
Caused by: java.lang.IllegalStateException: no
\tat a.b.C.e(C.java:2)
\t... 12 more
"""
PYTHON = b"""2024-05-01 12:00:01,123 ERROR django.request: Internal Server Error
Traceback (most recent call last):
  File "/srv/x.py", line 5, in get
    return y()
ValueError: bad

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/x.py", line 6, in get
    raise z
django.core.exceptions.SuspiciousOperation: x
"""
PHP = b"""[Wed May 01 12:00:02.123456 2024] [php:error] [pid 7] [client 10.0.0.9:5000] PHP Fatal error:  Uncaught Exception: x in /srv/a.php:1
Stack trace:
"""
RUBY = b"""E, [2024-05-01T12:00:07.123456 #12] ERROR -- : ActionController::BadRequest (bad)
app/controllers/login_controller.rb:7:in `create'
"""
NODE = b"""Error: x
    at f (/srv/app/index.js:7:3)
    at node:internal/main:1:2
"""
POSTGRES = b"""2024-05-01 12:00:00.123 +07 [12] an@shop LOG:  statement: SELECT 1
\tFROM x
\tWHERE y = 1;
"""
CSV = b"""2024-05-01 12:00:00.123 UTC,"an","shop",123,"10.0.0.5:5000",a.1,1,"SELECT",2024-05-01 12:00:00 UTC,3/1,0,LOG,00000,"statement: SELECT 1
FROM ""x""
WHERE 1=1;",,,,,,,,,"psql","client backend",,0
"""
SLOW = b"""# Time: 2024-05-01T12:00:00.123456Z
# User@Host: an[an] @ app-1 [10.0.0.5]  Id:    12
# Query_time: 12.5  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 1000000
use shop;
SET timestamp=1714564800;
SELECT *
FROM orders;
"""
GENERAL = b"""2024-05-01T12:00:00.123456Z\t   12 Query\tSELECT *
FROM users
WHERE id=1
"""


def entries(data: bytes) -> list[bytes]:
    return [line for _n, line in joined(read_lines(io.BytesIO(data))) if isinstance(line, bytes)]


@pytest.mark.parametrize("entry", [JAVA, PYTHON, RUBY, NODE, POSTGRES, CSV, SLOW, GENERAL])
def test_an_entry_is_one_and_the_next_is_another(entry: bytes) -> None:
    whole = b"\n".join(line for line in entry.split(b"\n") if line)
    assert entries(entry * 3) == [whole] * 3


@pytest.mark.parametrize(
    ("entry", "name", "field", "text"),
    [
        (JAVA, "application", "message", "12 more"),
        (PYTHON, "application", "message", "SuspiciousOperation: x"),
        (RUBY, "application", "message", "login_controller"),
        (NODE, "application", "message", "index.js"),
        (POSTGRES, "postgresql", "statement", "WHERE y"),
        (CSV, "postgresql", "statement", "WHERE 1=1"),
        (SLOW, "mysql", "statement", "SELECT *\nFROM orders;"),
        (GENERAL, "mysql", "statement", "WHERE id=1"),
    ],
)
def test_a_file_of_them_is_recognised_and_each_entry_is_a_record(
    entry: bytes, name: str, field: str, text: str
) -> None:
    assert recognise(entry * 3) == name
    found = list(read_file(io.BytesIO(entry * 3)))
    assert [type(one) for one in found] == [Record] * 3
    for one in found:
        assert isinstance(one, Record) and one.format == name and text in one.fields[field]
    assert [one.position for one in found if isinstance(one, Record)] == [
        1 + n * entry.count(b"\n") for n in range(3)
    ]


def test_a_slow_query_says_who_what_and_how_long() -> None:
    (record,) = read_file(io.BytesIO(SLOW))
    assert isinstance(record, Record)
    wanted = {"user": "an", "client": "10.0.0.5", "connection": "12", "database": "shop", "query_time": 12.5,
              "rows_examined": "1000000", "timestamp": "1714564800", "operation": "Slow query"}  # fmt: skip
    assert wanted.items() <= record.fields.items()


@pytest.mark.parametrize(
    "line",
    [b"  May  1 12:00:00 srv sshd[1]: x", b" <13>May  1 12:00:00 srv x: y", b"\t2024-05-01 12:00:00 x", b"May  1 12:00:00 a b: c",
     b"type=SYSCALL msg=audit(1.1:1): a=b", b"plain text"],
)  # fmt: skip
def test_what_begins_an_entry_of_its_own_goes_on_with_none(line: bytes) -> None:
    first = b"May  1 12:00:00 srv app: Exception in thread"
    assert entries(first + b"\n" + line) == [first, line]


def test_entries_are_bounded_and_what_is_too_much_is_not_lost() -> None:
    many = b"x: y\n" + b"\tat a\n" * (3 * MAX_LINES)
    found = entries(many)
    assert max(one.count(b"\n") for one in found) < MAX_LINES
    assert b"\n".join(found) + b"\n" == many
    long = b"x: y\n" + (b"\t" + b"z" * 50_000 + b"\n") * 20
    assert max(map(len, entries(long))) <= MAX_BYTES
    assert b"\n".join(entries(long)) + b"\n" == long


def test_a_refused_line_keeps_its_place() -> None:
    lines: list[tuple[int, bytes | Rejected]] = [(1, b"a"), (2, Rejected("long", "line 2")), (3, b"\tb")]
    assert list(joined(lines)) == lines


@given(
    st.lists(
        st.sampled_from(
            [line for one in (JAVA, PYTHON, PHP, SLOW, CSV, GENERAL) for line in one.split(b"\n") if line]
        )
    )
)
def test_no_line_is_lost_or_moved(lines: list[bytes]) -> None:
    found = list(joined((number, line) for number, line in enumerate(lines, 1)))
    texts = [line for _n, line in found if isinstance(line, bytes)]
    assert b"\n".join(texts) == b"\n".join(lines)
    for number, text in found:
        assert isinstance(text, bytes) and text.startswith(lines[number - 1])


@pytest.mark.parametrize(
    "line",
    [
        b"2026-11-24 10:00:00 ERROR x",
        b"x: java.lang.IllegalStateException",
        b"LOG:  statement: SELECT",
        b"failed:",
    ],
)
def test_more_is_likely_behind_what_tells_of_a_failure(line: bytes) -> None:
    assert Entry(line).may_go_on
    assert not Entry(b"2026-11-24 10:00:00 INFO errors=0").may_go_on
