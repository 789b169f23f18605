"""The scan for keywords never misses one."""

import sys

import pytest
from tests.conformance.sigma.rules import event

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.keywords import FOLDING, KeywordScan, keyword_hits
from keng.model.event import Event


def found(literal: str, events: list[Event]) -> list[int]:
    scan = KeywordScan({7: frozenset({Anchor("", "contains", literal)})})
    stored = KeywordScan({7: frozenset({Anchor("", "contains", literal)})}, scan.dump())
    hits = keyword_hits([scan], events, list(range(len(events))))
    assert keyword_hits([stored], events, list(range(len(events)))) == hits
    assert set(hits.values()) <= {frozenset({7})}
    return sorted(hits)


@pytest.mark.parametrize(
    ("literal", "fields", "raw"),
    [
        ("needle", {"a": "x", "b": "a NEEDLE"}, ""),
        (r"c:\temp\x", {"a": ["y", r"C:\Temp\X"]}, ""),
        ("it's", {"a": ['x "it\'s"']}, ""),
        ("it's", {"a": {"k": "IT'S"}}, ""),
        ("kelvin", {"a": "\u212aelvin"}, ""),
        ("strasse", {"a": "Straße"}, ""),
        ("tiếng", {"a": "TIẾNG kẻng"}, ""),
        ("4625", {"a": 4625}, ""),
        ("true", {"a": True}, ""),
        ("line\ttab", {"a": ["a Line\tTab"]}, ""),
        ("5", {"a": 5.0}, ""),
        ("1e-05", {"a": 0.00001}, ""),
        ("1e+16", {"a": [1e16]}, ""),
        ("nan", {"a": float("nan")}, ""),
        ("123456789012345678901", {"a": 123456789012345678901}, ""),
        ("word", {"a": "\ud800 WORD"}, ""),
        ('say "a\\b"', {"a": {"deep": ['SAY "A\\B"']}}, ""),
        ("sshd", {}, "Nov 1 SSHD[1]: x"),
        ("alse", {"a": False}, ""),
        ("kelvin", {"n": [-1, 200, 226, 1 << 40, 0.5], "t": "\u212aelvin", "u": 226}, ""),
        ("word", {"a": [[[{"k": ["x" * 300, "Word"]}]]]}, ""),
        ("word", {f"n{n}": n for n in range(300)} | {"z": "x" * 70_000 + "WORD"}, ""),
    ],
)
def test_a_keyword_is_found_where_it_is(literal: str, fields: dict[str, object], raw: str) -> None:
    events = [event({"a": "nothing"}) for _ in range(40)]
    events[35] = event(fields, raw)
    assert found(literal, events) == [35]


def test_every_character_that_folds_to_ascii_is_known() -> None:
    folding = {
        c for c in map(chr, range(128, sys.maxunicode)) if any(part.isascii() for part in c.casefold())
    }
    assert folding == set(FOLDING)


def test_each_log_sources_keywords_are_told_apart() -> None:
    one = KeywordScan(
        {1: frozenset({Anchor("", "contains", "alpha")}), 2: frozenset({Anchor("", "contains", "beta")})}
    )
    two = KeywordScan({3: frozenset({Anchor("", "contains", "alpha")})})
    events = [event({"a": "x"}), event({"a": "Alpha"}), event({"a": "BETA"})]
    assert keyword_hits([one, two], events, [0, 1, 2]) == {1: frozenset({1, 3}), 2: frozenset({2})}
    assert keyword_hits([one, two], events, [0, 2]) == {2: frozenset({2})}
