"""Messages of several lines over a stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.collect.continued import HOLD_S, QUIET_S, Continued, continued
from keng.model.multiline import MAX_LINES
from keng.model.rejected import Rejected

JAVA = [
    b"<11>May  1 12:00:00 srv app: java.lang.IllegalStateException: no",
    b"at a.b.C.d(C.java:1)",
    b"at java.base/java.lang.Thread.run(Thread.java:833)",
    b"Caused by: java.io.IOException: x",
    b"... 12 more",
]
PYTHON = [
    b"<11>May  1 12:00:00 srv app: Internal error",
    b"Traceback (most recent call last):",
    b'File "/srv/x.py", line 5, in get',
    b"return y()",
    b"ValueError: bad",
]


def test_a_stack_trace_is_part_of_its_message_and_the_next_message_is_not() -> None:
    after = b"<13>May  1 12:00:01 srv app: fine"
    for trace in (JAVA, PYTHON):
        assert continued([*trace, after, b"hello"]) == [b"\n".join(trace), after, b"hello"]


def test_a_trace_that_has_no_message_before_it_begins_one() -> None:
    assert continued(JAVA[1:]) == [b"\n".join(JAVA[1:])]


def test_a_refusal_ends_a_message_and_stays_in_its_place() -> None:
    refusal = Rejected("too long", "")
    assert continued([JAVA[0], refusal, JAVA[1]]) == [JAVA[0], refusal, JAVA[1]]


def test_lines_and_bytes_are_bounded() -> None:
    found = continued([JAVA[0], *[JAVA[1]] * (2 * MAX_LINES)])
    assert all(isinstance(one, bytes) and one.count(b"\n") < MAX_LINES for one in found)
    assert b"\n".join(one for one in found if isinstance(one, bytes)).count(b"\n") == 2 * MAX_LINES
    assert (
        max(map(len, (one for one in continued([JAVA[0], *[JAVA[1]] * 100], 500) if isinstance(one, bytes))))
        <= 500
    )


@given(st.lists(st.sampled_from([*JAVA, *PYTHON, b"x", b"<1>y", b"{}"])))
def test_nothing_is_lost_and_nothing_with_a_priority_is_joined(messages: list[bytes]) -> None:
    found = [one for one in continued(messages) if isinstance(one, bytes)]
    assert b"\n".join(found) == b"\n".join(messages)
    assert sum(one.startswith((b"<", b"{")) for one in found) == sum(
        one.startswith((b"<", b"{")) for one in messages
    )


def test_lines_that_come_apart_are_one_message_and_the_last_is_held_a_moment() -> None:
    lines = Continued()
    assert lines.patience(0.0) is None
    for n, line in enumerate(JAVA):
        assert lines.feed([line], n / 10) == []
    assert lines.patience(0.4) == pytest.approx(QUIET_S)
    assert lines.patience(1.0) < 0  # type: ignore[operator]
    after = b"<13>May  1 12:00:01 srv app: fine"
    assert lines.feed([after], 0.5) == [b"\n".join(JAVA)]
    assert (lines.rest(), lines.rest(), lines.patience(0.5)) == ([after], [], None)


def test_nothing_is_held_for_long_however_often_it_goes_on() -> None:
    lines, found = Continued(), []
    found += lines.feed([JAVA[0]], 0.0)
    for n in range(100):
        found += lines.feed([JAVA[1]], n / 10)
        assert lines.patience(n / 10) < QUIET_S + 0.01  # type: ignore[operator]
    assert len(found) == int(10 / HOLD_S) - 1
    assert b"\n".join([*found, *lines.rest()]) == b"\n".join([JAVA[0], *[JAVA[1]] * 100])  # type: ignore[list-item]


def test_what_cannot_go_on_is_not_held() -> None:
    lines = Continued()
    assert lines.feed([b"{}", b"<1>a\nb"], 0.0) == [b"{}", b"<1>a\nb"]
    assert lines.feed([b"<1>c"], 0.0, whole=True) == [b"<1>c"]
    assert lines.patience(0.0) is None


def test_indented_lines_go_on_and_lose_their_indentation_where_they_begin_a_message() -> None:
    statement = [
        b"<13>May  1 12:00:00 db postgres[1]: LOG:  statement: SELECT",
        b"\t  a FROM b",
        b"\tWHERE c",
    ]
    assert continued([*statement, b"{}", b"  alone"]) == [b"\n".join(statement), b"{}", b"alone"]
    indented = [PYTHON[0], PYTHON[1], b"  " + PYTHON[2], b"    pass", b"ValueError: bad"]
    assert continued([*indented, b"next"]) == [b"\n".join(indented), b"next"]
