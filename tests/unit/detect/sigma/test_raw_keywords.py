"""Keywords in JSON texts: whatever may hold one is found."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.detect.sigma.raw_keywords import TOGETHER, RawKeywords

WORDS = ("sekurlsa::", "\\mimilib.dll", 'say "please" now', "kiwi legit printer", "tiếng việt abc")


def spelled(text: str, escape: bool) -> bytes:
    return json.dumps({"a": text}, ensure_ascii=escape).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("word", WORDS)
def test_a_keyword_in_any_case_and_spelling_is_found(word: str) -> None:
    scan = RawKeywords([text.casefold() for text in WORDS])
    assert scan.able
    raws = [b'{"a":"nothing"}'] * 200
    texts = [spelled(f"x{word}y", False), spelled(word.upper(), True), spelled(word.title(), False)]
    texts.append(b'{"a":"' + "".join(f"\\u{ord(char):04X}" for char in word).encode() + b'"}')
    for place, text in zip((0, 63, 64, 199), texts, strict=True):
        raws[place] = text
    assert scan.suspects(raws, range(200)) == [0, 63, 64, 199]
    assert scan.suspects(raws, [1, 2, 199]) == [199]


def test_paths_whose_folders_begin_with_u_are_no_suspects() -> None:
    raws = [spelled("C:\\Users\\Unknown\\u.exe", False)] * (TOGETHER + 1)
    assert RawKeywords(["sekurlsa::"]).suspects(raws, range(len(raws))) == []


@pytest.mark.parametrize("letter", ["\u212a", "\u017f", "\u0130", "\ufb01"])
def test_letters_that_fold_to_ascii_count_as_found(letter: str) -> None:
    scan = RawKeywords(["kis fi"])
    raws = [spelled(letter, False), spelled(letter, True), b'{"a":"b"}']
    assert scan.suspects(raws, range(3)) == [0, 1]


@pytest.mark.parametrize("literal", ["a/", "\\\\", "ký", "4104", "true", "1e3"])
def test_keywords_that_texts_may_write_otherwise_make_all_suspects(literal: str) -> None:
    scan = RawKeywords(["sekurlsa::", literal])
    assert not scan.able
    assert scan.suspects([b"{}", b"{}"], [0, 1]) == [0, 1]


@given(st.text(max_size=20), st.sampled_from(WORDS), st.text(max_size=20), st.booleans(), st.booleans())
def test_nothing_beside_a_keyword_hides_it(
    before: str, word: str, after: str, escape: bool, upper: bool
) -> None:
    text = before + (word.upper() if upper else word) + after
    scan = _all()
    assert scan.suspects([spelled(text, escape)], [0]) == [0]


_made: list[RawKeywords] = []


def _all() -> RawKeywords:
    if not _made:
        _made.append(RawKeywords([word.casefold() for word in WORDS]))
    return _made[0]
