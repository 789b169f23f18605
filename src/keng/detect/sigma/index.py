"""The compiled program: leaves, trees, anchors and one scanner per field; stored by content hash."""

from pathlib import Path

import msgspec

from keng.detect.sigma.anchors import GATE_FIELD, Anchor, choose_anchors
from keng.detect.sigma.program import Program
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.scan import FieldScan
from keng.detect.sigma.store_cache import read_cache, write_cache

FORMAT = "3"
"""Raise it whenever anchors are chosen differently: old databases are then not used."""


class _Stored(msgspec.Struct, frozen=True):
    """anchors: per rule, or None; databases: field to Hyperscan's own serialised form."""

    anchors: tuple[tuple[tuple[str, str, str], ...] | None, ...]
    databases: dict[str, tuple[bytes, bytes]]


class Index:
    """program; anchors per rule (None: always a candidate); scanner per field ("" for keywords)."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.program = Program(ruleset.rules)
        path = self._path(ruleset)
        stored = read_cache(path, _Stored) if path else None
        if stored is not None and len(stored.anchors) == len(ruleset.rules):
            self.anchors = [
                None if found is None else frozenset(Anchor(*anchor) for anchor in found)
                for found in stored.anchors
            ]
            databases = stored.databases
        else:
            stored = None
            self.anchors = choose_anchors(self.program)
            databases = {}
        fields: dict[str, dict[tuple[str, str], set[int]]] = {}
        for rule, found in enumerate(self.anchors):
            for anchor in found or ():
                fields.setdefault(anchor.field, {}).setdefault((anchor.kind, anchor.literal), set()).add(rule)
        self.scans = {
            field: FieldScan(anchors, databases.get(field, (b"", b""))) for field, anchors in fields.items()
        }
        self.gates = [leaf for leaf in self.program.leaves if leaf.field == GATE_FIELD and not leaf.whole]
        self.fields_of = [
            None if found is None else frozenset(anchor.field for anchor in found) for found in self.anchors
        ]
        if path and stored is None:
            dumps = {field: scan.dump() for field, scan in self.scans.items()}
            plain = tuple(
                None if found is None else tuple((a.field, a.kind, a.literal) for a in sorted(found))
                for found in self.anchors
            )
            write_cache(path, _Stored(plain, dumps))

    @staticmethod
    def _path(ruleset: RuleSet) -> Path | None:
        if not ruleset.cache_dir or not ruleset.content_hash:
            return None
        return Path(ruleset.cache_dir) / f"anchors-{FORMAT}-{ruleset.content_hash}.cache"
