"""One correlation: fields through aliases, groups forgotten, deadlines put off (behaviour: tests/conformance)."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.hit import Hit
from keng.detect.sigma.part import Deadline, Losses, Part
from keng.model.event import Event, LogSource

SECOND = 1_000_000


def part(body: str) -> tuple[Part, str, list[Deadline]]:
    loaded = ruleset(
        rule_text({"s": {"f": 1}}, name="a")
        + f"---\ntitle: c\ncorrelation: {{rules: [a], timespan: 10s, {body}}}\n"
    )
    assert not loaded.errors
    deadlines: list[Deadline] = []
    rule_id = loaded.rules[0].info.id
    return (
        Part(0, loaded.correlations[0], {"a": rule_id, rule_id: rule_id}, deadlines, Losses()),
        rule_id,
        deadlines,
    )


def hit(rule_id: str, second: int, **fields: object) -> Hit:
    event = Event(dict(fields), LogSource("test"), second * SECOND, id=str(second))
    return Hit(event.time_us, event.id, rule_id, event, (event.id,), {}, event.time_us)


def test_fields_of_groups_aliases_and_conditions_are_known() -> None:
    made, rule_id, _ = part(
        "type: value_count, group-by: [ip, user], aliases: {ip: {a: src}}, condition: {field: port, gte: 2}"
    )
    assert made.fields() == {"ip", "src", "user", "port"}
    assert made.field("ip", rule_id) == "src"


def test_a_whole_window_waits_for_its_deadline_once() -> None:
    made, rule_id, deadlines = part("type: event_count, condition: {lt: 3}")
    for second in (0, 1):
        assert not made.take(hit(rule_id, second))
    assert deadlines == [(10 * SECOND, 0, ("",))]
    assert not made.close(("",), 5 * SECOND)
    (found,) = made.close(("",), 11 * SECOND)
    assert found.detection.matched["event_count"] == 2
    assert made.entries == 2, "they may be part of the next whole window"
    assert not made.close(("",), None)


def test_a_list_of_values_adds_each_and_an_event_counts_once() -> None:
    made, rule_id, _ = part("type: value_count, condition: {field: to, gte: 3}")
    assert not made.take(hit(rule_id, 0, to=["x", "y"]))
    assert not made.take(hit(rule_id, 0, to=["x", "y"]))
    assert made.entries == 2
    (found,) = made.take(hit(rule_id, 1, to=["z", "x"]))
    assert found.detection.matched["value_count"] == 3
