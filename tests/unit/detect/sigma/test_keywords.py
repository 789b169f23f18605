"""The scan for keywords never misses one."""

import sys

import pytest
from tests.conformance.sigma.rules import event

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.keywords import _FOLDING, KeywordScan
from keng.model.event import Event


def found(literal: str, events: list[Event]) -> list[int]:
    scan = KeywordScan({7: frozenset({Anchor("", "contains", literal)})})
    return sorted(scan.scan(events, list(range(len(events)))))


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
        ("sshd", {}, "Nov 1 SSHD[1]: x"),
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
    assert folding == set(_FOLDING)
