"""Which detections join which alert."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.alerts import group
from keng.alerts.group import counted_key, find_alert, group_key, grow, new_alert
from keng.model.alert import Alert, AlertStatus
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity

NOW = 1_790_000_000_000_000
HOUR = 3_600_000_000


def detection(time_us: int = NOW, **given: Any) -> Detection:
    event = Event(
        given.get("fields", {"User": "an"}),
        LogSource("windows"),
        time_us,
        given.get("host", "PC-1"),
        id=given.get("id", "e1"),
        agency=given.get("agency", "bv"),
        source="bv-win",
    )
    rule = RuleInfo(given.get("rule", "r1"), "T", given.get("severity", Severity.LOW))
    return Detection(rule, event, given.get("matched", {}), (event.id,), given.get("group", {}))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"fields": {"User": "binh"}}, True),
        ({"host": "pc-1"}, True),
        ({"host": "PC-2"}, False),
        ({"agency": "so"}, False),
        ({"rule": "r2"}, False),
        ({"group": {"User": "an"}}, False),
    ],
)
def test_the_key_is_rule_agency_and_host(change: dict[str, Any], same: bool) -> None:
    assert (group_key(detection()) == group_key(detection(**change))) is same


def test_without_a_host_the_user_tells_apart_and_a_correlation_by_its_group() -> None:
    an, binh = detection(host=""), detection(host="", fields={"User": "binh"})
    assert group_key(an) != group_key(binh)
    one = detection(host="A", group={"User": "an", "ip": 1})
    two = detection(host="B", group={"ip": 1, "User": "an"})
    assert group_key(one) == group_key(two)


def test_a_detection_is_counted_by_rule_event_and_group() -> None:
    assert counted_key(detection()) == counted_key(detection(time_us=NOW + 5, host="other"))
    for change in ({"id": "e2"}, {"rule": "r2"}, {"group": {"User": "an"}}):
        assert counted_key(detection()) != counted_key(detection(**change))


@pytest.mark.parametrize(
    ("offset", "status", "joins"),
    [
        (0, AlertStatus.NEW, True),
        (HOUR, AlertStatus.IN_PROGRESS, True),
        (-HOUR, AlertStatus.NEW, True),
        (HOUR + 1, AlertStatus.NEW, False),
        (-HOUR - 1, AlertStatus.NEW, False),
        (0, AlertStatus.CLOSED, True),
        (1, AlertStatus.CLOSED, False),
    ],
)
def test_the_window_decides_who_joins(offset: int, status: AlertStatus, joins: bool) -> None:
    alert = msgspec.structs.replace(new_alert(detection(), NOW), status=status)
    assert (find_alert([alert], NOW + offset) is alert) is joins


def test_an_alert_spans_a_day_at_most() -> None:
    alert = new_alert(detection(), NOW)
    long = msgspec.structs.replace(alert, last_us=NOW + group.MAX_SPAN_US)
    assert find_alert([long], long.last_us) is long
    assert find_alert([long], long.last_us + 1) is None


def test_an_open_alert_is_preferred_to_a_closed_one() -> None:
    open_one = new_alert(detection(), NOW)
    closed = msgspec.structs.replace(open_one, status=AlertStatus.CLOSED, last_us=NOW + 5)
    assert find_alert([closed, open_one], NOW) is open_one


def grown_from(detections: list[Detection]) -> Alert:
    alert = new_alert(detections[0], NOW)
    for one in detections[1:]:
        alert = grow(alert, one, NOW)
    return alert


@given(st.lists(st.integers(-HOUR, HOUR), min_size=1, max_size=60))
def test_whatever_comes_the_alert_counts_all_and_stays_bounded(offsets: list[int]) -> None:
    detections = [
        detection(NOW + offset, id=f"e{n}", fields={"User": f"u{n}"}) for n, offset in enumerate(offsets)
    ]
    alert = grown_from(detections)
    assert alert.count == len(offsets)
    assert (alert.first_us, alert.last_us) == (NOW + min(offsets), NOW + max(offsets))
    assert len(alert.samples) <= group.MAX_SAMPLES and len(alert.users) <= group.MAX_USERS


def test_hostile_values_are_cut_and_made_storable() -> None:
    matched = {f"f{n}": "\x00\ud800" + "x" * 100_000 for n in range(100)} | {"list": [1, None, ["a"] * 999]}
    alert = new_alert(detection(matched=matched, host="h\x00" * 9_999, fields={"User": "\udcff"}), NOW)
    encoded = msgspec.json.encode(alert)
    assert len(encoded) < 100_000 and b"\\u0000" not in encoded


def test_the_severity_is_the_highest_seen() -> None:
    alert = grown_from([detection(), detection(severity=Severity.CRITICAL), detection()])
    assert alert.severity is Severity.CRITICAL
