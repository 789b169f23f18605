"""Standard placeholders."""

from keng.detect.sigma.placeholders import DEFAULTS, STANDARD


def test_only_what_holds_everywhere_has_a_default() -> None:
    assert set(DEFAULTS) == {"Administrators"}
    assert set(DEFAULTS) <= set(STANDARD)
    assert len(STANDARD) == 5
