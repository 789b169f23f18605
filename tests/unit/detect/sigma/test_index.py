"""The index is stored by content and taken up again."""

from pathlib import Path

from tests.conformance.sigma.rules import event, rule_text

from keng.detect.sigma import Engine, load_rules
from keng.detect.sigma.index import Index


def test_a_second_start_takes_the_stored_databases(tmp_path: Path) -> None:
    rules = "---\n".join(
        rule_text(
            {"s": {"f|contains": f"word{n}"}, "r": {"f|re": f"x{n}+"}, "condition": "1 of them"}, title=str(n)
        )
        for n in range(20)
    )
    (tmp_path / "r.yml").write_text(rules)
    cache = tmp_path / "cache"
    first = Index(load_rules([tmp_path / "r.yml"], cache))
    (stored,) = cache.glob("anchors-*")
    written = stored.stat().st_mtime_ns
    loaded = load_rules([tmp_path / "r.yml"], cache)
    second = Index(loaded)
    assert second.needs == first.needs
    assert [first.rule_of[need] for needs in first.needs_of for need in needs] == first.rule_of
    assert stored.stat().st_mtime_ns == written
    titles = [detection.rule.title for detection in Engine(loaded).match([event({"f": "WORD7 x3x"})])]
    assert titles == ["3", "7"]


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(rule_text({"s": {"f": 1}}))
    cache = tmp_path / "cache"
    Index(load_rules([tmp_path / "r.yml"], cache))
    for path in cache.iterdir():
        path.write_bytes(b"KENGRUL1 nonsense")
    loaded = load_rules([tmp_path / "r.yml"], cache)
    assert Engine(loaded).match([event({"f": 1})])
