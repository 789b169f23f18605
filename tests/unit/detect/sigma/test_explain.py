"""Why a rule matches, and the fewest parts by which it does not."""

from pathlib import Path

from keng.detect.sigma import Engine, load_rules
from keng.detect.sigma.explain import describe, explain
from keng.detect.sigma.rule import (
    Boolean,
    Cidr,
    Compare,
    DatePart,
    Exists,
    FieldRef,
    Item,
    Null,
    Number,
    Regex,
    Rule,
    Text,
)  # fmt: skip
from keng.model.event import Event, LogSource

START = LogSource("windows", "sysmon", ("process_creation",))
RULE = """
title: One
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  image: {Image|endswith: \\vssadmin.exe}
  words: {CommandLine|contains|all: [delete, shadows]}
  other: {CommandLine|contains: resize}
  words_any: ['*strange*']
  backup: {User: backup}
  condition: (image and (words or other) or words_any) and not backup
"""


def _rule(folder: Path) -> Rule:
    (folder / "r.yml").write_text(RULE)
    (rule,) = load_rules([folder]).rules
    return rule


def _event(**fields: object) -> Event:
    return Event(dict(fields), START, id="1" * 32)


def test_it_says_by_which_parts_with_their_values(tmp_path: Path) -> None:
    found = explain(
        _rule(tmp_path), _event(Image="C:\\vssadmin.exe", CommandLine="x delete shadows", User="an")
    )
    assert found.matches and found.selections["image"] and not found.selections["backup"]
    assert {(part.field, part.holds, part.must) for part in found.reasons} == {
        ("Image", True, True), ("CommandLine", True, True), ("User", False, False),
    }  # fmt: skip
    assert next(part for part in found.reasons if part.field == "Image").value == "C:\\vssadmin.exe"


def test_it_says_the_fewest_parts_that_stand_in_the_way(tmp_path: Path) -> None:
    rule = _rule(tmp_path)
    found = explain(rule, _event(Image="C:\\vssadmin.exe", CommandLine="x delete shadows", User="backup"))
    assert not found.matches
    assert [(part.selection, part.field, part.holds, part.must) for part in found.failing] == [
        ("backup", "User", True, False)
    ]
    other = explain(rule, _event(Image="C:\\vssadmin.exe", CommandLine="list"))
    assert len(other.failing) == 1


def test_another_log_source_is_named(tmp_path: Path) -> None:
    event = _event(Image="C:\\vssadmin.exe", CommandLine="delete shadows")
    event.logsource = LogSource("linux", "auditd", ())
    found = explain(_rule(tmp_path), event)
    assert not found.matches and not found.source_fits and found.event_source["product"] == "linux"


def test_it_agrees_with_the_engine(tmp_path: Path) -> None:
    rule = _rule(tmp_path)
    engine = Engine(load_rules([tmp_path]))
    for image in ("C:\\vssadmin.exe", "x"):
        for command in ("delete shadows", "resize", "strange", ""):
            for user in ("backup", "an", None):
                event = _event(Image=image, CommandLine=command, User=user)
                assert explain(rule, event).matches is bool(engine.match([event]))


def test_every_matcher_is_described() -> None:
    matchers = (
        Text(("a", 0, "b", 1)), Text(()), Number(5), Boolean(True), Null(), Regex("a+"), Compare("gt", 5),
        DatePart("hour", "lt", 6), Cidr("10.0.0.0/8"), FieldRef("g"), Exists(True), Exists(False),
    )  # fmt: skip
    assert describe(Item("f", (matchers,))) == (
        "a*b? | '' | 5 | true | null | /a+/ | gt 5 | hour lt 6 | 10.0.0.0/8 | is {g} | exists | absent"
    )
    assert describe(Item("f", ((Text(("a",)), Text(("b",))), (Null(),)))) == "(a | b) & null"
