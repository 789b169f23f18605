"""The compiled program: leaves, trees, anchors and one scanner per field; stored by content hash."""

from pathlib import Path

import msgspec

from keng.detect.sigma.anchors import GATE_FIELD, Anchor, choose_anchors
from keng.detect.sigma.gates import Gates
from keng.detect.sigma.keywords import KeywordScan
from keng.detect.sigma.program import Program
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.scan import FieldScan
from keng.detect.sigma.store_cache import read_cache, write_cache

FORMAT = "4"
"""Raise it whenever anchors are chosen or stored differently: old databases are then not used."""


class _Stored(msgspec.Struct, frozen=True):
    """anchors: per rule, or None; databases: field to Hyperscan's own serialised form; keywords: in their order."""

    anchors: tuple[tuple[tuple[str, str, str], ...] | None, ...]
    databases: dict[str, tuple[bytes, bytes]]
    keywords: tuple[bytes, ...]


class Index:
    """program; anchors per rule (None: always a candidate); scanner per field; scanner of keywords per log source.

    gates: leaves on the event id; gated: rules that have one.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self.program = Program(ruleset.rules)
        path = self._path(ruleset)
        stored = read_cache(path, _Stored) if path else None
        if stored is not None and len(stored.anchors) == len(ruleset.rules):
            self.anchors = [
                None if found is None else frozenset(Anchor(*anchor) for anchor in found)
                for found in stored.anchors
            ]
            databases, keywords = stored.databases, stored.keywords
        else:
            stored = None
            self.anchors = choose_anchors(self.program)
            databases, keywords = {}, ()
        fields: dict[str, dict[tuple[str, str], set[int]]] = {}
        for rule, found in enumerate(self.anchors):
            for anchor in found or ():
                if not anchor.field:
                    continue
                fields.setdefault(anchor.field, {}).setdefault((anchor.kind, anchor.literal), set()).add(rule)
        self.scans = {
            field: FieldScan(anchors, databases.get(field, (b"", b""))) for field, anchors in fields.items()
        }
        self.keywords = self._keyword_scans(keywords)
        self.with_keywords = [
            rule for rule, found in enumerate(self.anchors) if any(not anchor.field for anchor in found or ())
        ]
        self.gates = Gates(
            leaf for leaf in self.program.leaves if leaf.field == GATE_FIELD and not leaf.whole
        )
        self.gated = frozenset(
            rule
            for rule, numbers in enumerate(self.program.numbers)
            if not self.gates.numbers.isdisjoint(numbers)
        )
        self.fields_of = [
            None if found is None else frozenset(anchor.field for anchor in found) for found in self.anchors
        ]
        if path and stored is None:
            dumps = {field: scan.dump() for field, scan in self.scans.items()}
            plain = tuple(
                None if found is None else tuple((a.field, a.kind, a.literal) for a in sorted(found))
                for found in self.anchors
            )
            write_cache(path, _Stored(plain, dumps, tuple(scan.dump() for scan in self.keywords.values())))

    def _keyword_scans(self, stored: tuple[bytes, ...]) -> dict[RuleSource, KeywordScan]:
        groups: dict[RuleSource, dict[int, frozenset[Anchor]]] = {}
        for rule, found in zip(self.program.rules, enumerate(self.anchors), strict=True):
            number, anchors = found
            if anchors and any(not anchor.field for anchor in anchors):
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
