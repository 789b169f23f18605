"""A rule that was made of a hunt matches the events that the hunt finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.detect.sigma import Engine, load_rules
from keng.model.event import Event, LogSource
from keng.model.rejected import Rejected
from keng.normalise.ocsf import hot_table
from keng.runtime.hunt_rule import RuleWish, to_rule
from keng.store.chdb import ChdbStore
from keng.store.query import SearchQuery
from keng.store.search import parse_search

NOW = 1_790_000_000_000_000
WISH = RuleWish("4f1a7f52-6d2a-4b0e-9d8e-0a1b2c3d4e5f", "Máy lạ: “x”", "an.tran", product="windows")
FIELDS: tuple[dict[str, object], ...] = (
    {"EventID": 4624, "TargetUserName": "admin", "SubjectUserName": "SYSTEM", "IpAddress": "10.1.2.3", "LogonType": 3, "Computer": "DC01.tinh.vn"},
    {"EventID": 4625, "TargetUserName": "-", "SubjectUserName": "admin", "IpAddress": "203.0.113.9", "LogonType": 10, "Computer": "dc02"},
    {"EventID": 1, "Image": "C:\\Windows\\System32\\cmd.exe", "CommandLine": 'cmd.exe /c "whoami /all" *', "User": "TINH\\an.nv", "Computer": "ws01"},
    {"EventID": 1, "Image": "C:\\Tools\\mimikatz.exe", "CommandLine": "sekurlsa::logonpasswords 100%", "User": "TINH\\admin", "ParentImage": "C:\\Windows\\explorer.exe"},
    {"EventID": 3, "Image": "/usr/bin/curl", "DestinationIp": "10.1.9.9", "DestinationPort": 443, "User": "root"},
    {"EventID": 3, "Image": "C:\\a\\cmd.exe", "DestinationIp": "2001:db8::7", "DestinationPort": "8443", "User": ""},
    {"EventID": 22, "QueryName": "evil.example", "Image": "C:\\a\\b.exe", "User": "TINH\\an.nv", "Odd name": "đăng nhập thất bại"},
)  # fmt: skip
EVENTS = [
    Event(dict(fields), LogSource("windows", "sysmon"), NOW + n, str(fields.get("Computer", "")), "t", "", f"{n:032x}", "bv", "s", NOW + n, n)
    for n, fields in enumerate(FIELDS)
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbStore]:
    store = ChdbStore(tmp_path_factory.mktemp("rule") / "events", hot_table)
    store.insert(EVENTS)
    yield store
    store.close()


def rule_of(store: ChdbStore, text: str) -> str | Rejected:
    query = parse_search(text, NOW)
    assert isinstance(query, SearchQuery), query
    return to_rule(query, WISH, store.spellings, NOW)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("user:admin", 3),
        ('user:"admin"', 3),
        ("user:SYSTEM", 0),
        ("SubjectUserName:SYSTEM", 1),
        ("user:adm*", 3),
        ("user:TINH\\an.nv", 2),
        ("NOT user:admin", 4),
        ('user:""', 1),
        ("user:*", 6),
        ("process:cmd.exe", 2),
        ("process:*\\cmd.exe", 2),
        ("process:C:\\\\Tools\\\\*", 1),
        ("parent:explorer.exe", 1),
        ("host:dc01", 1),
        ("host:(dc01 dc02)", 2),
        ("event:4624", 1),
        ("event:(4624 4625)", 2),
        ("src:10.0.0.0/8", 1),
        ("ip:10.0.0.0/8", 2),
        ("port:443", 1),
        ("port>=1024", 1),
        ("port<1024", 1),
        ("LogonType>3", 1),
        ("LogonType:*", 2),
        ('LogonType:""', 5),
        ("mimikatz", 1),
        ('"whoami /all"', 1),
        ("mimi*", 1),
        ("thất", 1),
        ('cmd:"*whoami*"', 0),
        ("cmd:*whoami*", 1),
        ('cmd:"sekurlsa::logonpasswords 100%"', 1),
        ("domain:evil.example OR (user:admin AND NOT process:*mimikatz*)", 3),
        ("product:windows (event:1 OR event:3) -user:root last 7d", 3),
        ('"Odd name":"đăng nhập thất bại"', 1),
    ],
)
def test_the_rule_matches_what_the_hunt_finds(
    store: ChdbStore, tmp_path: Path, text: str, count: int
) -> None:
    query = parse_search(text, NOW)
    assert isinstance(query, SearchQuery)
    found = {event.id for event in store.search(SearchQuery(expression=query.expression), None).events}
    rule = rule_of(store, text)
    assert isinstance(rule, str), rule
    (tmp_path / "rule.yml").write_text(rule)
    loaded = load_rules([tmp_path])
    assert not loaded.errors, (loaded.errors, rule)
    matched = {one.event_ids[0] for one in Engine(loaded).match(EVENTS)}
    assert matched == found and len(found) == count, rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*", "finds everything"),
        ("agency:bv user:x", "agency"),
        ("user:x OR source:y", "source"),
        ("id:" + "0" * 32, "id"),
        ("src>=10.0.0.1", "network"),
        ("port:1..5", "port>=1"),
        ("product:windows", "something to look for"),
        ("user:x OR category:process_creation", "categories"),
    ],
)
def test_what_cannot_become_a_rule_says_why(
    store: ChdbStore, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    refused = rule_of(store, text)
    assert isinstance(refused, Rejected) and words in refused.reason


def test_a_rule_needs_a_kind_of_log(store: ChdbStore) -> None:
    query = parse_search("user:x", NOW)
    assert isinstance(query, SearchQuery)
    assert isinstance(to_rule(query, RuleWish("a", "b", "c"), store.spellings, NOW), Rejected)
    taken = to_rule(query, RuleWish("a", "b", "c", service="sysmon"), store.spellings, NOW)
    assert isinstance(taken, str) and "service: sysmon" in taken
