"""Rules looked at before they are used."""

from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text

from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.review import ARRIVALS_FILE, read_arrivals, review
from keng.model.event import Event, LogSource
from keng.resources import rules_dir

WINDOWS = {"product": "windows", "category": "process_creation"}

ALIAS = """title: c
correlation:
  {type: event_count, rules: [a], timespan: 1m, group-by: [x], aliases: {x: {a: f, b: g}}, condition: {gte: 2}}
"""

MISSPELT = """title: c2
house: 1
correlation: {type: event_count, rules: [m], timespan: 1m, group_by: [x], condition: {gte: 2}}
"""


def write(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    return [folder]


def test_what_is_wrong_odd_or_dead_is_told_with_its_place(tmp_path: Path) -> None:
    found = review(write(
        tmp_path,
        wrong=rule_text({"s": {"f|no": 1}}),
        old=rule_text({"s": {"f": 1}}, status="deprecated"),
        extra=rule_text({"s": {"f": 1}}, simulation=1, keng={"de": {"title": "x"}}),
        dead=rule_text({"s": {"QueryName": "x"}}, logsource=WINDOWS),
        alias=rule_text({"s": {"f": 1}}, name="a", title="a") + "---\n" + ALIAS,
        misspelt=rule_text({"s": {"f": 1}}, name="m", title="m") + "---\n" + MISSPELT,
        filtering="title: f\nhouse: 1\nlogsource: {product: test}\nfilter: {rules: any, s: {a: b}, condition: s}\n",
    ))  # fmt: skip
    assert [(Path(problem.path).stem, problem.reason) for problem in found.errors] == [
        ("wrong", "unknown modifier 'no'")
    ]
    assert sorted((Path(problem.path).stem, problem.reason.split(":")[0]) for problem in found.warnings) == [
        ("alias", "an alias names b, which is not among its rules"),
        ("alias", "it has no id"),
        ("dead", "it has no id"),
        ("extra", "it has no id"),
        ("extra", "keng has texts in languages that are not shown"),
        ("extra", "keys that Sigma does not know"),
        ("filtering", "keys that Sigma does not know"),
        ("filtering", "the condition of this filter is positive"),
        ("misspelt", "it has no id"),
        ("misspelt", "keys that Sigma does not know"),
        ("misspelt", "the key 'group_by' of the correlation is not known and has no effect"),
        ("old", "it has no id"),
        ("old", "the rule is deprecated"),
    ]
    (dead,) = found.dead
    assert (Path(dead.path).stem, dead.line) == ("dead", 1)
    assert "no QueryName" in dead.reason
    assert found.unheard == {}


def test_what_has_arrived_is_better_known_than_what_the_mapping_says(tmp_path: Path) -> None:
    paths = write(
        tmp_path,
        one=rule_text({"s": {"f": 1}}),
        two=rule_text({"s": {"x": 1}}, title="two"),
        far=rule_text({"s": {"x": 1}}, title="far", logsource={"product": "far", "service": "away"}),
        few=rule_text({"s": {"x": 1}}, title="few", logsource={"product": "few"}),
    )
    census = Arrivals()
    census.look([Event({"f": 1}, LogSource("test"))] * FIRST)
    census.look([Event({"f": 1}, LogSource("few"))] * (FIRST - 1))
    found = review(paths, census)
    assert [(Path(problem.path).stem, problem.values["missing"]) for problem in found.dead] == [("two", "x")]
    assert (found.unheard, found.unjudged, found.observed) == ({"far/away": 1}, {"few": 1}, True)


def test_a_census_that_has_hardly_begun_is_none(tmp_path: Path) -> None:
    census = Arrivals()
    census.look([Event({"f": 1}, LogSource("windows", "", ("process_creation",)))] * (FIRST - 1))
    found = review(write(tmp_path, dead=rule_text({"s": {"QueryName": "x"}}, logsource=WINDOWS)), census)
    assert (len(found.dead), found.unheard, found.observed) == (1, {}, False)


def test_beyond_windows_closed_lists_tell_dead_rules_and_open_ones_are_not_judged(tmp_path: Path) -> None:
    found = review(write(
        tmp_path,
        zeek=rule_text({"s": {"CommandLine": "x"}}, logsource={"product": "zeek", "service": "dns"}),
        cloud=rule_text({"s": {"eventname": "x"}}, logsource={"product": "aws", "service": "cloudtrail"}),
        alive=rule_text({"s": {"requestParameters.x": "x"}}, logsource={"product": "aws", "service": "cloudtrail"}),
        wall=rule_text({"s": {"anything": "x"}}, logsource={"category": "firewall"}),
    ))  # fmt: skip
    assert sorted(Path(problem.path).stem for problem in found.dead) == ["cloud", "zeek"]
    assert found.unjudged == {"firewall": 1}


def test_what_a_centre_has_noted_is_found(tmp_path: Path) -> None:
    assert read_arrivals(tmp_path) is None
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ARRIVALS_FILE).write_text("broken")
    assert read_arrivals(tmp_path) is None
    census = Arrivals()
    census.look([Event({"f": 1}, LogSource("test"))])
    (tmp_path / "cache" / ARRIVALS_FILE).write_bytes(census.encode())
    assert read_arrivals(tmp_path) is not None


def test_our_own_rules_are_in_order() -> None:
    found = review([rules_dir()])
    assert (found.errors, found.warnings, found.dead) == ((), (), ())


@pytest.mark.shared
def test_few_rules_of_sigmahq_are_dead_by_the_mapping(shared_data: Path) -> None:
    found = review([shared_data / "sigma" / "rules"])
    assert 1 <= len(found.dead) < 10
    assert all("/windows/" in problem.path for problem in found.dead)
    assert len(found.ruleset.rules) > 2000
