import pytest

from keng.store.cursor import Cursor


def test_a_cursor_reads_what_it_wrote() -> None:
    one = Cursor(1_790_000_000_000_000, "0123456789abcdef" * 2)
    assert Cursor.read(str(one)) == one


@pytest.mark.parametrize(
    "text", ["", "1", "1-2", "x-" + "0" * 32, "1-" + "G" * 32, "9" * 18 + "-" + "0" * 32, "-1-" + "0" * 32]
)
def test_anything_else_is_none(text: str) -> None:
    assert Cursor.read(text) is None
