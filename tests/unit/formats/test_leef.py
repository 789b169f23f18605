"""Log Event Extended Format."""

import pytest

from keng.formats.leef import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_version_1_has_tabs() -> None:
    subset("LEEF:1.0|v|p|1|id|src=10.0.0.9\tmsg=a b", vendor="v", event_id="id", src="10.0.0.9", msg="a b")


def test_version_2_names_its_delimiter() -> None:
    subset("LEEF:2.0|v|p|1|id|^|src=1^dst=2", src="1", dst="2")
    subset("LEEF:2.0|v|p|1|id|x5E|src=1^dst=2", src="1", dst="2")
    subset("LEEF:2.0|v|p|1|id|0x09|src=1\tdst=2", src="1", dst="2")
    subset("LEEF:2.0|v|p|1|id|src=1\tdst=2", src="1", dst="2")


def test_tabs_that_became_blanks() -> None:
    subset("LEEF:1.0|v|p|1|id|src=1 msg=a b dst=2", src="1", msg="a b", dst="2")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
