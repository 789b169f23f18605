"""Rules and events made by a random generator, and what the engine and the exhaustive evaluator find on them.

Rules use every modifier, conditions of any shape, keywords and nested lists; events are made of the same words, so
that about a third of the rules match something. `differences(seed)` compares one set of rules with its events twice:
with cold and with warm caches.
"""

import json
import random
from base64 import b64encode
from typing import Any

import yaml
from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import Engine
from keng.detect.sigma.sieve import Sieve
from keng.model.event import Event, LogSource
from keng.model.glance import Glance

RULES, EVENTS = 40, 100
PAIRS = RULES * EVENTS
FIELDS = ("Image", "CommandLine", "EventID", "f", "g", "time", "ip")
SOURCES = (
    LogSource("windows", "security", ("process_creation",)),
    LogSource("windows", "sysmon", ("process_creation",)),
    LogSource("windows", "system", ()),
    LogSource("linux", "sshd", ()),
)
LOGSOURCES = (
    {"product": "windows"}, {"category": "process_creation"}, {"product": "linux", "service": "auth"},
    {"service": "sysmon"}, {"product": "windows", "service": "security"},
)  # fmt: skip
WORDS = (
    "cmd", "CMD.exe", r"C:\Windows\cmd.exe", "-enc", "/enc", "—enc", "quản trị", "QUẢN TRỊ", "a*b", "a?b", "a", "",
    "5", "x", "Straße", "STRASSE", r"\\server", r"a\*b", "1.50", "true", "a.b", "ſ", "K",
)  # fmt: skip
LETTERS = ("a", "b", "B", "*", "?", "\\", "-", "/", "–", " ", "ả", "Ả", "ß", "5", ".", "e")
PATTERNS = ("a.b", "^C", "cmd$", "[0-9]+", "^$", "(a|b)+", "quản", r"\.exe$", "x{1,2}", "^.{3}$", "[^a]", "E")
NETS = ("10.0.0.0/8", "192.168.1.0/24", "10.1.0.0/16", "2001:db8::/32", "0.0.0.0/0")
ADDRESSES = ("10.1.2.3", "192.168.1.9", "2001:db8::1", "8.8.8.8", "-", "fe80::1")
TIMES = ("2025-03-01T08:30:00Z", "2025-12-31 23:59:59", "2026-01-01T00:00:00+07:00", "never", "2026-11-24")
PLACEHOLDERS = {"admins": ["nga", "adm_*", "a"], "dashes": ["-enc", "/x"]}


class Maker:
    """Makes rules and events of one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self) -> str:
        """A word, or a few letters."""
        if self.chance.random() < 0.6:
            return self.chance.choice(WORDS)
        return "".join(self.chance.choices(LETTERS, k=self.chance.randrange(5)))

    def texts(self, least: int = 1) -> list[str]:
        """Different texts."""
        return list(dict.fromkeys([self.text() for _ in range(4)] + ["p", "q"]))[
            : self.chance.randrange(least, 5)
        ]

    def plain(self) -> Any:
        """A scalar."""
        chance = self.chance
        if chance.random() < 0.7:
            return self.text()
        return chance.choice((0, 1, 5, 6, -3, True, False, None, 1.0, 5.0, 2.5, 1.5, 4688))

    def field(self) -> tuple[str, Any]:
        """A key with modifiers, and what stands there."""
        chance, pick = self.chance, self.chance.choice
        name = pick(FIELDS[:5])
        place = pick(("contains", "startswith", "endswith"))
        makers: tuple[Any, ...] = (
            lambda: (name + pick(("", "|cased", "|neq")), pick((self.text(), self.texts(), self.plain()))),
            lambda: (f"{name}|{place}" + pick(("", "|cased", "|neq")), pick((self.text(), self.texts()))),
            lambda: (f"{name}|{place}|all" + pick(("", "|cased")), self.texts(2)),
            lambda: (f"{name}|{pick(('lt', 'lte', 'gt', 'gte'))}", pick((1, 5, 2.5, [1, 5]))),
            lambda: (f"{name}|re" + pick(("", "|i", "|s", f"|{place}", "|neq")), pick(PATTERNS)),
            lambda: (f"{name}|re|all", chance.sample(PATTERNS, 2)),
            lambda: (f"{name}|exists", pick((True, False))),
            lambda: (f"{name}|fieldref" + pick(("", "|contains", "|neq", "|cased", "|endswith")), pick(FIELDS)),
            lambda: (f"{name}|windash|{place}" + pick(("", "|cased")), pick((self.text(), self.texts()))),
            lambda: (f"{name}|{pick(('base64', 'base64offset', 'wide|base64offset'))}|contains", pick(("cmd", "quản trị", "a"))),
            lambda: (f"{name}|expand" + pick(("", "|contains", "|neq")), pick(("%admins%", "x%dashes%", ["%admins%", "cmd"]))),
            lambda: (name, pick((None, [None, ""], ["a", None], [5, "a"]))),
            lambda: (f"ip|cidr{pick(('', '|neq'))}", pick((pick(NETS), list(NETS[:3])))),
            lambda: (f"time|{pick(('hour', 'day', 'month'))}{pick(('', '|gte', '|lt'))}", pick((1, 8, [1, 3]))),
            lambda: ("EventID", pick((1, 4688, "5", [1, 5, 6], [4688, 1]))),
        )  # fmt: skip
        made: tuple[str, Any] = pick(makers)()
        return made

    def selection(self, depth: int = 0) -> Any:
        """A map, a list of maps, keywords, or all of them nested."""
        kind = self.chance.random()
        if kind < 0.6 or depth > 1:
            return dict(self.field() for _ in range(self.chance.randrange(1, 4)))
        if kind < 0.75:
            return [self.selection(2) for _ in range(self.chance.randrange(1, 3))]
        words = self.chance.sample(("cmd", "5", "quản", "a?b", "true", "-enc", "STRASSE"), 2)
        if kind < 0.85:
            return words
        if kind < 0.93:
            return {self.chance.choice(("|all", "|contains|all", "|cased", "|endswith", "|windash")): words}
        return [words[0], self.selection(depth + 1)]

    def condition(self, depth: int = 0) -> str:
        """A condition over s1, s2, s3 and _t."""
        pick = self.chance.choice
        kind = self.chance.random()
        if kind < 0.4 or depth > 2:
            return pick(("s1", "s2", "s3", "_t"))
        if kind < 0.6:
            return f"{self.condition(depth + 1)} {pick(('and', 'or'))} {self.condition(depth + 1)}"
        if kind < 0.75:
            return f"not {self.condition(3)}"
        if kind < 0.85:
            return (
                f"({self.condition(depth + 1)} {pick(('and', 'or', 'and not'))} {self.condition(depth + 1)})"
            )
        return f"{pick(('1', '2', 'all', 'any'))} of {pick(('s*', 'them'))}"

    def rule(self, number: int) -> dict[str, Any]:
        """A whole rule."""
        names = ("s1", "s2", "s3", "_t")
        return {
            "title": f"rule {number}",
            "logsource": self.chance.choice(LOGSOURCES),
            "detection": {
                **{name: self.selection() for name in names},
                "condition": self.condition()
                if self.chance.random() < 0.9
                else [self.condition(), self.condition()],
            },
        }

    def filter(self, number: int) -> dict[str, Any]:
        """A filter on all rules of a log source."""
        return {
            "title": f"filter {number}",
            "logsource": self.chance.choice(LOGSOURCES),
            "filter": {
                "rules": "any",
                "s": self.selection(1),
                "condition": self.chance.choice(("not s", "s")),
            },
        }

    def odd(self) -> Any:
        """What hostile or broken logs hold."""
        pick = self.chance.choice
        odd: tuple[Any, ...] = (
            "z" * pick((300, 5000, 70_000)) + self.text(), self.text() + "\0" + self.text(), "\n".join(self.texts()),
            tuple(self.texts()), f"{self.text()}\U0001f600{self.text()}", pick(("ſ", "K", "ﬁ", "İ", "ŉ")) + self.text(),
            float("nan"), float("inf"), 10**25, "\ud800" + self.text(),
        )  # fmt: skip
        return pick(odd)

    def event(self) -> Event:
        """An event of the same words."""
        chance = self.chance
        fields: dict[str, Any] = {}
        for name in FIELDS[:5]:
            if chance.random() < 0.6:
                kind = chance.random()
                fields[name] = (
                    self.plain() if kind < 0.8 else [self.plain() for _ in range(chance.randrange(3))]
                )
                if kind > 0.985:
                    fields[name] = self.odd()
                elif kind > 0.97:
                    fields[name] = {"x": self.plain(), "y": [self.plain()]}
                elif kind > 0.94:
                    word = chance.choice(("cmd", "quản trị", "a"))
                    data = word.encode(chance.choice(("utf-8", "utf-16-le")))
                    fields[name] = "x " + b64encode(b"y" * chance.randrange(3) + data + b"zz").decode()
        if chance.random() < 0.4:
            fields["time"] = chance.choice(TIMES)
        if chance.random() < 0.4:
            fields["ip"] = chance.choice(ADDRESSES)
        raw = chance.choice(("", "", "a plain cmd line -enc", "<34>Oct 11 quản trị", '{"a": "cmd"}'))
        return Event(fields, chance.choice(SOURCES), raw=raw, id="e")


def _suspects(engine: Engine, batch: list[Event]) -> list[int]:
    """Places of the events that the sieve lets through, each seen at a glance as a whole; only JSON is, not lines."""
    glances = [
        Glance("json", event.logsource, number, event.fields, frozenset())
        if not event.raw and type(number := event.fields.get("EventID")) is int
        else None
        for event in batch
    ]
    return Sieve(engine).suspects(
        [json.dumps(event.fields, ensure_ascii=False).encode("utf-8", "surrogatepass") for event in batch],
        glances,
    )


def differences(seed: int, rules: int = RULES, events: int = EVENTS) -> tuple[list[str], int]:
    """(what only one of the two finds, number of matches) for rules × events pairs made from a seed."""
    maker = Maker(seed)
    documents = [maker.rule(number) for number in range(rules)]
    if seed % 4 == 0:
        documents += [maker.filter(number) for number in range(2)]
    batch = [maker.event() for _ in range(events)]
    loaded = ruleset(yaml.safe_dump_all(documents, allow_unicode=True), **PLACEHOLDERS)
    refused = [problem.reason for problem in loaded.errors if problem.fatal]
    assert not refused, refused
    engine = Engine(loaded)
    place = {id(event): number for number, event in enumerate(batch)}
    expected = exhaustive.evaluate(loaded.rules, batch)
    wrong: list[str] = []
    for caches in ("cold", "warm"):
        found = [(place[id(detection.event)], detection.rule.id) for detection in engine.match(batch)]
        if found != expected:
            title = {rule.info.id: rule.info.title for rule in loaded.rules}
            for number, rule in sorted(set(found) ^ set(expected)):
                wrong.append(
                    f"seed {seed}, {caches}: {title[rule]} on event {number}: {batch[number].fields}"
                )
            wrong += [] if wrong else [f"seed {seed}, {caches}: other order"]
        matched = {number for number, _rule in expected}
        for number in matched.difference(_suspects(engine, batch)):
            wrong.append(f"seed {seed}, {caches}: the sieve drops event {number}: {batch[number].fields}")
    return wrong, len(expected)
