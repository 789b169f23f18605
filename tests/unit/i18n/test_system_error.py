"""The operating system's refusals in words."""

import errno

import pytest

from keng.i18n import using
from keng.i18n.system_error import system_error


@pytest.mark.parametrize(
    "number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EADDRINUSE, errno.ELOOP]
)
def test_a_usual_refusal_is_told_in_the_readers_language(number: int) -> None:
    error = OSError(number, "in English")
    with using("vi"):
        vietnamese = system_error(error)
    with using("en"):
        english = system_error(error)
    assert vietnamese != english and "in English" not in vietnamese + english
    assert any(ord(letter) > 127 for letter in vietnamese)


def test_an_unusual_one_and_another_error_keep_their_own_words() -> None:
    assert system_error(OSError(errno.EXDEV, "crossed")) == "crossed"
    assert system_error(OSError("no number")) == "no number"
    assert system_error(ValueError("embedded null byte")) == "embedded null byte"
