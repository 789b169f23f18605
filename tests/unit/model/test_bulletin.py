"""Texts of a bulletin."""

from keng.model.bulletin import Bulletin, BulletinText, Tlp
from keng.model.severity import Severity


def test_a_missing_language_is_filled_by_the_other() -> None:
    vi = BulletinText("T", "W", "C")
    assert Bulletin(1, "CB-2026-0001", Severity.LOW, Tlp.GREEN, {"vi": vi}).text("en") is vi
