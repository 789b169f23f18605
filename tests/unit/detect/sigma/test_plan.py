"""Plans: the event id is decided beforehand; classes of values give the candidates."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.index import Index
from keng.detect.sigma.plan import OPEN, Plan, rules_for
from keng.detect.sigma.rule import RuleSource
from keng.model.event import LogSource

RULES = ruleset(
    "---\n".join(
        rule_text(detection, title=str(number))
        for number, detection in enumerate(
            (
                {"s": {"EventID": 1, "f": "a"}},
                {"s": {"EventID": 2, "f": "a"}},
                {"s": {"EventID": 2}},
                {"s": {"f": "b"}, "n": {"EventID": 1}, "condition": "s and not n"},
                {"s": {"g": None}},
            )
        )
    )
)


def plan(event_id: object) -> Plan:
    return Plan(Index(RULES), tuple(range(5)), event_id)


def test_rules_on_other_event_ids_are_left_out() -> None:
    assert plan(1).rules == {0, 4}
    assert plan(2).rules == {1, 2, 3, 4}
    assert plan(2).always == {2, 4}
    assert plan(OPEN).rules == {0, 1, 2, 3, 4}


def test_classes_of_values_are_remembered_and_give_candidates() -> None:
    made = plan(2)
    assert made.fields == ("f", "g")
    known = tuple(cache.get(value) for cache, value in zip(made.caches, ["A", None], strict=True))
    assert known[0] is None
    ids, added = made.class_ids(["A", None], known)
    assert added > 0
    assert made.caches[0]["A"] == ids[0]
    assert made.class_ids(["A", None], ids) == (ids, 0)
    found = made.candidates(ids)
    assert found is not None
    assert found.rules == {1, 2, 4}
    assert made.candidates(ids) is found


def test_log_sources_are_compared_without_case() -> None:
    sources = [
        RuleSource(product="windows"),
        RuleSource(service="security"),
        RuleSource(category="process_creation"),
    ]
    assert rules_for(sources, LogSource("Windows", "SECURITY", ("Process_Creation",))) == (0, 1, 2)
    assert rules_for(sources, LogSource("windows", "system", ())) == (0,)


def test_a_rule_on_a_wide_linux_service_sees_its_parts() -> None:
    wanted = [
        RuleSource(product="linux", service=name, category="")
        for name in ("auth", "syslog", "sshd", "auditd")
    ]
    assert rules_for(wanted, LogSource("linux", "sshd")) == (0, 1, 2)
    assert rules_for(wanted, LogSource("linux", "auditd")) == (3,)
    assert rules_for(wanted, LogSource("windows", "sshd")) == ()


def test_a_database_in_a_servers_syslog_faces_the_rules_of_both() -> None:
    wanted = [
        RuleSource(product="sql", category="application"),
        RuleSource(category="database"),
        RuleSource(product="linux"),
        RuleSource(product="linux", service="syslog"),
        RuleSource(product="linux", service="auditd"),
        RuleSource(product="linux", category="process_creation"),
    ]
    both = ("application", "database")
    assert rules_for(wanted, LogSource("linux", "sql", both)) == (0, 1, 2, 3)
    assert rules_for(wanted, LogSource("sql", "", both)) == (0, 1)


def test_a_narrow_service_of_microsoft_365_stands_in_its_audit_log() -> None:
    wanted = [RuleSource(product="m365", service=name) for name in ("audit", "exchange", "threat_management")]
    assert rules_for(wanted, LogSource("m365", "exchange")) == (0, 1)
    assert rules_for(wanted, LogSource("m365", "threat_detection")) == (0, 2)
    assert rules_for(wanted, LogSource("m365", "audit")) == (0,)


def test_a_rule_without_an_anchor_goes_where_its_fields_decide_against_it() -> None:
    made = plan(1)
    assert made.always == {4}
    ids, _ = made.class_ids(["x", "present"], (None, None))
    assert made.candidates(ids) is None
    ids, _ = made.class_ids(["x", None], (None, None))
    found = made.candidates(ids)
    assert found is not None
    assert found.rules == {4}
