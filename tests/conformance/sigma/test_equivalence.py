"""The engine finds what the exhaustive evaluator finds, on rules and events that hypothesis makes and makes smaller.

The great number of pairs is in test_generated.py.
"""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import Engine, engine, needles, predicate, scan
from keng.model.event import Event, LogSource

FIELDS = ("Image", "CommandLine", "EventID", "f", "g")
SOURCES = (
    LogSource("windows", "security", ("process_creation",)),
    LogSource("windows", "sysmon", ("process_creation",)),
    LogSource("linux", "auth", ()),
)
WORDS = (
    "cmd",
    "CMD.exe",
    r"C:\Windows\cmd.exe",
    "-enc",
    "/enc",
    "—enc",
    "quản trị",
    "QUẢN TRỊ",
    "a*b",
    "a",
    "",
    "5",
    "x",
)

texts = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(("a", "b", "B", "*", "?", "\\", "-", "/", " ", "ả", "Ả", "5")), max_size=5).map(
        "".join
    ),
)
plain = st.one_of(texts, st.integers(0, 6), st.sampled_from((True, False, None, 1.0, 5.0, 2.5)))
event_values = st.one_of(plain, st.lists(plain, max_size=3))


@st.composite
def fields_of_rules(draw: st.DrawFn) -> tuple[str, Any]:
    """A key with modifiers and its value, mostly valid."""
    field = draw(st.sampled_from(FIELDS))
    kind = draw(
        st.sampled_from(("plain", "place", "all", "number", "re", "exists", "ref", "windash", "neq", "null"))
    )
    many = draw(st.booleans())
    words = draw(st.lists(texts, min_size=2, max_size=4, unique=True))
    value: Any = words if many else words[0]
    place = draw(st.sampled_from(("contains", "startswith", "endswith")))
    cased = draw(st.sampled_from(("", "|cased")))
    if kind == "plain":
        return field + cased, value
    if kind == "place":
        return f"{field}|{place}{cased}", value
    if kind == "all":
        return f"{field}|{place}|all", words
    if kind == "number":
        op = draw(st.sampled_from(("", "|lt", "|gte")))
        return field + op, draw(st.integers(0, 6))
    if kind == "re":
        return f"{field}|re", draw(st.sampled_from(("a.b", "^C", "cmd$", "[0-9]+", "(?i)CMD", "^$")))
    if kind == "exists":
        return f"{field}|exists", draw(st.booleans())
    if kind == "ref":
        return f"{field}|fieldref" + draw(st.sampled_from(("", "|contains", "|neq"))), draw(
            st.sampled_from(FIELDS)
        )
    if kind == "windash":
        return f"{field}|windash|{place}", value
    if kind == "neq":
        return f"{field}|neq", value
    return field, draw(st.sampled_from((None, [None, ""], ["a", None])))


selections = st.one_of(
    st.lists(fields_of_rules(), min_size=1, max_size=3).map(dict),
    st.lists(fields_of_rules().map(lambda pair: dict([pair])), min_size=1, max_size=2),
    st.lists(st.sampled_from(("cmd", "5", "quản", "a?b", "true")), min_size=1, max_size=2),
)
CONDITIONS = (
    "s1", "not s1", "s1 and not s2", "s1 or s2", "s1 and (s2 or not s3)", "1 of s*", "all of s*", "2 of s*",
    "not 1 of s*", "s1 and not 1 of s2*", "not (s1 and s2)",
)  # fmt: skip


@st.composite
def rule_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A rule on one of three kinds of log source."""
    return {
        "title": "generated",
        "logsource": draw(
            st.sampled_from(
                ({"product": "windows"}, {"category": "process_creation"}, {"product": "linux"}, {"service": "sysmon"})
            )
        ),
        "detection": {
            "s1": draw(selections), "s2": draw(selections), "s3": draw(selections),
            "condition": draw(st.sampled_from(CONDITIONS)),
        },
    }  # fmt: skip


events = st.builds(
    lambda fields, source, raw: Event(fields, source, raw=raw, id="e"),
    st.dictionaries(st.sampled_from(FIELDS), event_values, max_size=5),
    st.sampled_from(SOURCES),
    st.sampled_from(("", "plain cmd line", '{"a": "cmd"}')),
)


def differences(documents: list[dict[str, Any]], batch: list[Event]) -> tuple[list[Any], list[Any]]:
    """What the engine finds in two passes (cold and warm caches), and what the oracle finds."""
    text = yaml.safe_dump_all(
        [{**d, "title": f"rule {n}"} for n, d in enumerate(documents)], allow_unicode=True
    )
    loaded = ruleset(text)
    matcher = Engine(loaded)
    place = {id(event): number for number, event in enumerate(batch)}
    found = []
    for _ in range(2):
        found = [(place[id(detection.event)], detection.rule.id) for detection in matcher.match(batch)]
    return found, exhaustive.evaluate(loaded.rules, batch)


@pytest.mark.row("generated pairs")
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(rule_documents(), min_size=1, max_size=8), st.lists(events, min_size=1, max_size=12))
def test_generated_rules_match_exactly_what_the_exhaustive_evaluator_matches(
    documents: list[dict[str, Any]], batch: list[Event]
) -> None:
    found, expected = differences(documents, batch)
    assert found == expected


@pytest.mark.row("generated pairs")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(rule_documents(), min_size=1, max_size=8), st.lists(events, min_size=1, max_size=12))
def test_the_same_with_hyperscan_and_tables_for_even_the_smallest_sets(
    documents: list[dict[str, Any]], batch: list[Event]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "FEW", 0)
        patch.setattr(predicate, "_MANY_NEEDLES", 0)
        patch.setattr(needles, "PATIENCE", 0)
        patch.setattr(engine, "PATIENCE", 0)
        found, expected = differences(documents, batch)
    assert found == expected
