import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.collect.framing import MAX_MESSAGE_BYTES, Framer
from keng.model.rejected import Rejected


def whole(data: bytes, limit: int = MAX_MESSAGE_BYTES, step: int = 0) -> list[bytes | Rejected]:
    framer = Framer(limit)
    found: list[bytes | Rejected] = []
    for start in range(0, len(data), step or max(len(data), 1)):
        found += framer.feed(data[start : start + (step or len(data))])
    return found + framer.end()


def counted(message: bytes) -> bytes:
    return b"%d %b" % (len(message), message)


@pytest.mark.parametrize("step", [0, 1, 2, 7])
def test_both_framings_may_follow_each_other_on_one_connection(step: int) -> None:
    data = (
        b"<1>a\n"
        + counted(b"<2>b\nwith a line feed")
        + b"<3>c\r\n\n"
        + counted(b"<4>d")
        + counted(b"<5>e\n")
        + b"<6>f\0<7>g"
    )
    assert whole(data, step=step) == [
        b"<1>a",
        b"<2>b\nwith a line feed",
        b"<3>c",
        b"<4>d",
        b"<5>e",
        b"<6>f",
        b"<7>g",
    ]


@pytest.mark.parametrize("step", [0, 1, 3])
def test_a_line_that_begins_with_digits_is_a_line(step: int) -> None:
    assert whole(b"2026-11-03T01:02:03Z host app: x\n10 green bottles\n7\n", step=step) == [
        b"2026-11-03T01:02:03Z host app: x",
        b"10 green bottles",
        b"7",
    ]


@pytest.mark.parametrize("step", [0, 1000])
@pytest.mark.parametrize("framing", ["line", "counted"])
def test_a_message_of_a_megabyte_is_refused_and_the_next_one_taken(framing: str, step: int) -> None:
    giant = b"<13>Nov  3 01:02:03 h a: " + b"x" * 1_000_000
    data = (giant + b"\n" if framing == "line" else counted(giant)) + b"<1>next\n"
    first, second = whole(data, step=step)
    assert isinstance(first, Rejected)
    assert str(len(giant)) in first.reason
    assert first.raw == giant[:4096]
    assert second == b"<1>next"


def test_nothing_is_held_of_a_giant(monkeypatch: pytest.MonkeyPatch) -> None:
    framer = Framer(1000)
    for _n in range(200):
        framer.feed(b"y" * 1000)
        assert len(framer._held) <= 2000
    (refused,) = framer.feed(b"\n")
    assert isinstance(refused, Rejected)
    assert "200000" in refused.reason


def test_the_longest_message_allowed_is_taken() -> None:
    assert whole(b"<1>" + b"x" * 97 + b"\n", 100) == [b"<1>" + b"x" * 97]
    assert isinstance(whole(b"<1>" + b"x" * 98 + b"\n", 100)[0], Rejected)
    assert whole(counted(b"<1>" + b"x" * 97), 100) == [b"<1>" + b"x" * 97]
    assert isinstance(whole(counted(b"<1>" + b"x" * 98), 100)[0], Rejected)


def test_half_a_counted_message_at_the_end_is_refused() -> None:
    (refused,) = whole(b"500 <1>only a part")
    assert isinstance(refused, Rejected)
    assert refused.raw == b"500 <1>only a part"


def test_an_unended_line_at_the_end_is_taken() -> None:
    assert whole(b"<1>a\n<1>unended") == [b"<1>a", b"<1>unended"]


def test_a_giant_that_never_ends_is_refused_once() -> None:
    (refused,) = whole(b"z" * 5000, 1000, 100)
    assert isinstance(refused, Rejected)
    assert "5000" in refused.reason


@given(st.binary(max_size=400), st.integers(1, 50))
def test_the_cut_into_packets_changes_nothing(data: bytes, step: int) -> None:
    def texts(found: list[bytes | Rejected]) -> list[bytes]:
        return [one.raw if isinstance(one, Rejected) else one for one in found]

    assert texts(whole(data, 60, step)) == texts(whole(data, 60))


@given(
    st.lists(
        st.binary(min_size=1, max_size=80).map(
            lambda b: b"<1>" + b.replace(b"\n", b"").replace(b"\0", b"") + b"."
        ),
        max_size=8,
    )
)
def test_every_framed_message_comes_out_again(messages: list[bytes]) -> None:
    data = b"".join(counted(m) if n % 2 else m + b"\n" for n, m in enumerate(messages))
    assert whole(data) == messages


@pytest.mark.parametrize("step", [0, 1, 3])
def test_a_line_keeps_its_indentation_and_a_priority_or_length_needs_none(step: int) -> None:
    data = b"<1>a\n\tat b\r\n  12 apples\n  <2>c\n \t\n   5 <3>de  6 <4>fgh" + b" " * 9000 + b"x\n    y"
    found = whole(data, step=step)
    assert found[:6] == [b"<1>a", b"\tat b", b"  12 apples", b"<2>c", b"<3>de", b"<4>fgh"]
    assert [one.strip() for one in found[6:] if isinstance(one, bytes)] == [b"x", b"y"]


def test_whether_the_last_messages_length_was_told_is_known() -> None:
    framer = Framer()
    for data, told in ((b"<1>a\n", False), (b"4 <2>b", True), (b"<3>c\n4 <4>d", True), (b"<5>e\n", False)):
        framer.feed(data)
        assert framer.told is told
