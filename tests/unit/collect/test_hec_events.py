import json
import time

import pytest

from keng.collect.hec_events import read_events, read_lines
from keng.collect.hec_words import Code

from .fuzz import blocks, bodies


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", b" \t ", b"\n\n"])
def test_objects_are_told_apart_whatever_stands_between_them(between: bytes) -> None:
    objects = [
        json.dumps({"event": text, "time": n}).encode()
        for n, text in enumerate(["}{", '"}\\', "{{{", "a\nb", "xin chào", '\\"', ""] * 3)
        if text
    ]
    assert read_events(between.join(objects)).timed == objects


def test_printed_objects_over_several_lines_are_taken() -> None:
    text = json.dumps({"event": {"a": [1, {"b": "}"}]}, "time": "1.5"}, indent=2).encode()
    found = read_events(text + b"\n" + text)
    assert found.code is Code.SUCCESS
    assert found.timed == [text, text]


def test_lines_too_long_are_named_and_the_others_taken() -> None:
    lines, too_long = read_lines(b"one\n" + b"x" * 1_100_000 + b"\ntwo\n\n")
    assert lines == [b"one", b"two"]
    assert [len(head) for head in too_long] == [4096]


@pytest.mark.parametrize(
    "body",
    [
        b'{"event":"' + b'\\"' * 2_000_000,
        b"{" * 4_000_000,
        b'{"event":1}' * 400_000,
        b'{"event":1} ' * 300_000 + b"{",
        b'{"event":1}\n' * 250_000,
        (b'{"event":1} ' * 80_000 + b'{"event":1}{"event":1}') * 3,
        b'{"a' * 1_000_000,
        b'"' * 4_000_000,
        b"\n" * 4_000_000,
    ],
)
def test_hostile_bodies_are_read_in_linear_time(body: bytes) -> None:
    started = time.process_time()
    found = read_events(body)
    assert time.process_time() - started < 4
    assert len(found.timed) + len(found.untimed) <= 200_000


SEEDS = (
    b'{"time":1780000000.5,"host":"dc01","event":{"EventID":4625,"a":["b",{"c":null}]}}',
    '{"event":"xin chào }{ \\" \\u1234","fields":{"site":"x"}}\n{"event":1}'.encode(),
)


@pytest.mark.parametrize("block", blocks())
def test_no_body_makes_the_reader_stumble(block: int) -> None:
    for body in bodies(block, SEEDS):
        found = read_events(body)
        for raw in (*found.timed, *found.untimed):
            assert raw in body
            assert "event" in json.loads(raw)
        read_lines(body)


def test_a_stack_trace_in_a_raw_body_is_one_entry() -> None:
    body = (
        b"2026-11-24 10:00:00 ERROR x\r\n\tat a.b(C.java:1)\r\nCaused by: y\r\n  2026-11-24 10:00:01 INFO z\n"
    )
    lines, too_long = read_lines(body)
    assert lines == [
        b"2026-11-24 10:00:00 ERROR x\n\tat a.b(C.java:1)\nCaused by: y",
        b"2026-11-24 10:00:01 INFO z",
    ]
    assert not too_long
