"""The files that ship with Kẻng are found in a checkout."""

from keng.resources import packs_dir, rules_dir


def test_rules_and_packs_are_found() -> None:
    assert rules_dir().is_dir()
    assert packs_dir().is_dir()
