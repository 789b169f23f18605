"""The compiled program: leaves, trees, anchors and one scanner per field; stored by content hash."""

from pathlib import Path

import msgspec

from keng.detect.sigma.anchors import GATE_FIELD, Anchor, choose_needs
from keng.detect.sigma.gates import Gates
from keng.detect.sigma.keywords import KeywordScan
from keng.detect.sigma.program import Program
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.scan import FieldScan
from keng.detect.sigma.store_cache import read_cache, write_cache

FORMAT = "12"
"""Raise it whenever anchors are chosen or stored differently: old databases are then not used."""


class _Stored(msgspec.Struct, frozen=True):
    """needs: per rule; databases: field to Hyperscan's own serialised form; keywords: in their order."""

    needs: tuple[tuple[tuple[Anchor, ...], ...], ...]
    databases: dict[str, tuple[bytes, bytes]]
    keywords: tuple[bytes, ...]


class Index:
    """program; scans: scanner per field, which gives numbers of needs; keywords: scanner per log source.

    needs_of: numbers of each rule's needs, none: always a candidate. rule_of: the rule of a need.
    fields_of: the fields that a need looks at. gates: leaves on the event id; gated: rules that have one.
    keyword_needs, gate_needs: those that keywords or the event id meet, perhaps among other fields.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self.program = Program(ruleset.rules)
        path = self._path(ruleset)
        stored = read_cache(path, _Stored) if path else None
        if stored is not None and len(stored.needs) == len(ruleset.rules):
            needs = stored.needs
            databases, keywords = stored.databases, stored.keywords
        else:
            stored = None
            # Sorted, so that databases from the cache have their patterns in the same order.
            needs = tuple(
                tuple(tuple(sorted(need)) for need in found) for found in choose_needs(self.program)
            )
            databases, keywords = {}, ()
        self.needs = needs
        self.needs_of: list[tuple[int, ...]] = []
        self.rule_of: list[int] = []
        self.fields_of: list[frozenset[str]] = []
        fields: dict[str, dict[tuple[str, str], set[int]]] = {}
        for rule, found in enumerate(needs):
            self.needs_of.append(tuple(range(len(self.rule_of), len(self.rule_of) + len(found))))
            for need in found:
                for anchor in need:
                    if anchor.field:
                        ways = fields.setdefault(anchor.field, {})
                        ways.setdefault((anchor.kind, anchor.literal), set()).add(len(self.rule_of))
                self.rule_of.append(rule)
                self.fields_of.append(frozenset(anchor.field for anchor in need))
        self.scans = {
            field: FieldScan(anchors, databases.get(field, (b"", b""))) for field, anchors in fields.items()
        }
        self.keywords = self._keyword_scans(keywords)
        self.keyword_needs = frozenset(need for need, names in enumerate(self.fields_of) if "" in names)
        self.gate_needs = frozenset(need for need, names in enumerate(self.fields_of) if GATE_FIELD in names)
        self.gates = Gates(
            leaf for leaf in self.program.leaves if leaf.field == GATE_FIELD and not leaf.whole
        )
        self.gated = frozenset(
            rule
            for rule, numbers in enumerate(self.program.numbers)
            if not self.gates.numbers.isdisjoint(numbers)
        )
        if path and stored is None:
            dumps = {field: scan.dump() for field, scan in self.scans.items()}
            write_cache(path, _Stored(needs, dumps, tuple(scan.dump() for scan in self.keywords.values())))

    def _keyword_scans(self, stored: tuple[bytes, ...]) -> dict[RuleSource, KeywordScan]:
        groups: dict[RuleSource, dict[int, frozenset[Anchor]]] = {}
        for number, rule in enumerate(self.program.rules):
            anchors = frozenset(anchor for need in self.needs[number] for anchor in need if not anchor.field)
            if anchors:
                groups.setdefault(rule.source, {})[number] = anchors
        databases = stored if len(stored) == len(groups) else (b"",) * len(groups)
        return {
            source: KeywordScan(anchors, database)
            for (source, anchors), database in zip(groups.items(), databases, strict=True)
        }

    @staticmethod
    def _path(ruleset: RuleSet) -> Path | None:
        if not ruleset.cache_dir or not ruleset.content_hash:
            return None
        return Path(ruleset.cache_dir) / f"anchors-{FORMAT}-{ruleset.content_hash}.cache"
