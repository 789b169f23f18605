"""What people read: every alert explains itself in Vietnamese, and says in both languages what to do."""

import re

import pytest

from keng.detect.sigma import RuleSet
from keng.model.severity import Severity

MARKS = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def texts(ruleset: RuleSet) -> dict[str, dict[str, dict[str, str]]]:
    return {
        info.title: info.texts for info in ruleset.info.values() if info.severity > Severity.INFORMATIONAL
    }


def test_vietnamese_title_description_and_advice_are_there_with_their_marks(
    texts: dict[str, dict[str, dict[str, str]]],
) -> None:
    for title, text in texts.items():
        for name in ("title", "description", "falsepositives", "advice"):
            value = text["vi"][name]
            assert len(MARKS.findall(value)) >= len(value) / 20, f"{title}: {name}"
        assert len(text["vi"]["description"]) > 40, title


def test_vietnamese_titles_are_unique(texts: dict[str, dict[str, dict[str, str]]]) -> None:
    titles = [text["vi"]["title"] for text in texts.values()]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_advice_is_two_to_four_steps_one_a_line(
    language: str, texts: dict[str, dict[str, dict[str, str]]]
) -> None:
    for title, text in texts.items():
        steps = text[language]["advice"].splitlines()
        assert 2 <= len(steps) <= 4, title
        assert all(step.endswith((".", "?")) for step in steps), title
        assert all(len(step) > 8 for step in steps), title


def test_both_languages_give_the_same_number_of_steps(texts: dict[str, dict[str, dict[str, str]]]) -> None:
    for title, text in texts.items():
        assert len(text["vi"]["advice"].splitlines()) == len(text["en"]["advice"].splitlines()), title
