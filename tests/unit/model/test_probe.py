"""Characters that fold to ASCII are named, all of them."""

import sys

from keng.model.probe import FOLDING


def test_every_character_beyond_ascii_that_folds_to_ascii_is_named() -> None:
    found = {
        chr(code)
        for code in range(128, sys.maxunicode + 1)
        if any(char.isascii() for char in chr(code).casefold())
    }
    assert found == set(FOLDING)
