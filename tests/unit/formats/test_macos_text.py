import pytest

from keng.formats.macos_text import fields_of

STAMP = "2026-11-24 10:11:12.123456+0700"


def test_the_default_style() -> None:
    found = fields_of(f"{STAMP} 0x1f  Error  0x0  77  0  sudo: (libpam) [com.apple.pam:auth] said")
    assert found is not None
    assert (found["threadID"], found["processID"], found["processImagePath"]) == (31, 77, "sudo")
    assert (found["subsystem"], found["category"], found["eventMessage"]) == ("com.apple.pam", "auth", "said")


def test_the_style_of_syslog_names_a_host_unless_it_is_this_one() -> None:
    here, there = fields_of(f"{STAMP}  localhost a[1]: x"), fields_of(f"{STAMP}  mac7 a[1]: x")
    assert here is not None and there is not None
    assert "@host" not in here
    assert there["@host"] == "mac7"


@pytest.mark.parametrize("text", ["", STAMP, f"{STAMP} x", "2026-11-24 10:11:12,123 INFO [main] a.B - x"])
def test_other_lines_are_none_of_it(text: str) -> None:
    assert fields_of(text) is None
