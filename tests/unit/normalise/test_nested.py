"""Nested JSON that is not to be trusted."""

from keng.normalise.nested import MAX_TEXT, as_text, at, items, text_at


def test_paths() -> None:
    value = {"a": {"b": 1, "c": [1]}}
    assert at(value, "a.b") == 1 and at(value, "a.b.c") is None and at(None, "a") is None
    assert text_at(value, "a.b") == "1" and text_at(value, "a.c") == text_at(value, "x") == ""


def test_lists_of_objects() -> None:
    assert (
        items([{"a": 1}, 2, {"b": 1}]) == [{"a": 1}, {"b": 1}]
        and items({"a": 1}) == [{"a": 1}]
        and items("x") == []
    )


def test_texts_are_bounded() -> None:
    assert as_text({"a": [1]}) == '{"a":[1]}'
    assert len(as_text(["x" * 100_000])) == MAX_TEXT and as_text({1: object()}) == ""
