from uuid import UUID, uuid5

from tests.conformance.sigma.rules import ruleset

KNOWN = "0e95725d-7320-415d-80f7-004da920fc11"
RULE = "title: A\nlogsource: {product: test}\ndetection: {s: {f: 1}, condition: s}\n"


def test_global_keys_are_laid_over_every_rule_that_follows_until_a_reset() -> None:
    loaded = ruleset(
        f"action: global\ntitle: G\nid: {KNOWN}\nlogsource: {{product: test}}\nlevel: high\n---\n"
        "detection: {s: {f: 1}, condition: s}\nlogsource: {service: one}\n---\n"
        "action: global\nlevel: low\n---\ndetection: {s: {f: 2}, condition: s}\n---\n"
        f"action: reset\n---\n{RULE}"
    )
    assert not loaded.errors
    first, second, third = loaded.rules
    assert (first.info.title, first.source.product, first.source.service) == ("G", "test", "one")
    assert [str(rule.info.severity.name) for rule in loaded.rules] == ["HIGH", "LOW", "MEDIUM"]
    assert [first.info.id, second.info.id] == [KNOWN, str(uuid5(UUID(KNOWN), "2"))]
    assert third.info.title == "A"


def test_repeat_is_the_rule_before_with_other_keys() -> None:
    loaded = ruleset(RULE + "---\naction: repeat\ntitle: B\ndetection: {s: {g: 2}}\n")
    assert not loaded.errors
    assert [rule.info.title for rule in loaded.rules] == ["A", "B"]
    assert loaded.rules[1].selections != loaded.rules[0].selections
    assert loaded.rules[1].info.id != loaded.rules[0].info.id


def test_a_wrong_action_has_its_line_and_stops_nothing() -> None:
    loaded = ruleset(f"action: repeat\n---\naction: explode\n---\n{RULE}")
    assert [(problem.line, problem.reason) for problem in loaded.errors] == [
        (1, "there is no rule before it that could be repeated"),
        (3, "action is one of global, reset, repeat"),
    ]
    assert len(loaded.rules) == 1


def test_correlations_and_filters_take_nothing_from_a_global_document() -> None:
    loaded = ruleset(
        "action: global\nlevel: high\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], group-by: [u],"
        f" timespan: 5m, condition: {{gte: 2}}}}\n---\nname: a\n{RULE}"
    )
    assert not loaded.errors
    assert loaded.correlations[0].info.severity.name == "MEDIUM"
