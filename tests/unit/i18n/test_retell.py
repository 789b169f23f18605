"""Sentences of ours told again in the other language."""

from hypothesis import given
from hypothesis import strategies as st

from keng.i18n import _, using
from keng.i18n.retell import retell


def test_a_sentence_is_told_in_the_readers_language_whichever_it_was_worded_in() -> None:
    for first in ("vi", "en"):
        with using(first):
            plain = _("the file is empty")
            filled = _("line is longer than {limit} bytes; skipped", limit=17)
        for then in ("vi", "en"):
            with using(then):
                assert retell(plain) == _("the file is empty")
                assert retell(filled) == _("line is longer than {limit} bytes; skipped", limit=17)


def test_a_sentence_inside_a_sentence_is_told_too() -> None:
    with using("vi"):
        inner = _("cannot be read: {error}", error=_("the disk is full"))
    with using("en"):
        assert retell(inner) == "cannot be read: the disk is full"


def test_what_is_not_ours_stays_and_values_are_only_values() -> None:
    with using("en"):
        assert retell("something that nobody wrote {x}") == "something that nobody wrote {x}"
        assert retell("") == ""
    with using("vi"):
        worded = _("cannot be read: {error}", error="{error} {0} %s {{x}}")
    with using("en"):
        assert retell(worded) == "cannot be read: {error} {0} %s {{x}}"


@given(st.text(max_size=300))
def test_any_text_may_come(text: str) -> None:
    with using("en"):
        assert isinstance(retell(text), str)
