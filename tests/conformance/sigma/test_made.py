"""Every rule of SigmaHQ on an event made for it, and on the same with something missing."""

from collections.abc import Iterator

import msgspec
import pytest
from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.made import made_for

from keng.detect.sigma import Engine, RuleSet
from keng.model.event import Event


def near(event: Event) -> Iterator[Event]:
    """The event; without each field; with the case of its texts turned; with a list for each text."""
    yield event
    for name in event.fields:
        yield msgspec.structs.replace(
            event, fields={key: value for key, value in event.fields.items() if key != name}
        )
    texts = {key: value for key, value in event.fields.items() if isinstance(value, str)}
    yield msgspec.structs.replace(
        event, fields={**event.fields, **{key: value.swapcase() for key, value in texts.items()}}
    )
    yield msgspec.structs.replace(
        event, fields={**event.fields, **{key: ["-", value] for key, value in texts.items()}}
    )


@pytest.mark.shared
@pytest.mark.row("exhaustive evaluation")
def test_every_rule_is_met_by_an_event_made_for_it_and_decides_its_neighbours(sigmahq: RuleSet) -> None:
    events: list[Event] = []
    owners: list[str] = []
    expected: set[tuple[int, str]] = set()
    met = 0
    for rule in sigmahq.rules:
        for number, event in enumerate(near(made_for(rule))):
            holds = exhaustive.holds(rule.condition, rule, event)
            met += holds and number == 0
            if holds:
                expected.add((len(events), rule.info.id))
            events.append(event)
            owners.append(rule.info.id)
    place = {id(event): number for number, event in enumerate(events)}
    engine = Engine(sigmahq)
    for _warm in range(2):
        found = {(place[id(one.event)], one.rule.id) for one in engine.match(events)}
        # What others of the rules find in these events, the exhaustive evaluator is asked elsewhere.
        assert {pair for pair in found if owners[pair[0]] == pair[1]} == expected
    assert met > 3500, "of 3,752; filters and regular expressions keep the others away"
