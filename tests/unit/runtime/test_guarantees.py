"""GUARANTEES.md promises nothing without a proof: every test that it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_every_proof_that_is_named_exists() -> None:
    text = (ROOT / "GUARANTEES.md").read_text()
    source = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    names = set(re.findall(r"\btest_[a-z0-9_]+\b(?!\.py)", text))
    assert len(names) > 15
    assert [name for name in sorted(names) if f"def {name}(" not in source] == []
    for file in set(re.findall(r"`([a-z]+/[a-z_0-9]+\.py)", text)):
        places = ("tests/unit", "tests", "src/keng")
        assert any((ROOT / place / file).exists() for place in places), file
