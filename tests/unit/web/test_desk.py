"""The desk: safe ways to answer."""

import pytest

from keng.i18n import using
from keng.model.rejected import Rejected
from keng.web.desk import local, reason


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "alerts",
        "/a\nb",
    ],
)
def test_no_answer_leads_to_another_site(path: str) -> None:
    assert local(path) == "/"


def test_our_own_pages_are_kept_with_their_query() -> None:
    assert local("/alerts?view=mine&page=2") == "/alerts?view=mine&page=2"


def test_a_refusal_says_why_and_where() -> None:
    with using("en"):
        assert reason(Rejected("the alert is closed already", "alert 3")).startswith("The alert is closed")
        assert reason(Rejected("no")) == "No"
