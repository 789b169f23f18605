"""The reason of a search."""

from types import SimpleNamespace
from typing import Any

from keng.i18n import using
from keng.web.reason import COOKIE, came_from, cookie_value, in_words, kinds, reason_of


def desk(session: str = "a", cookie: str = "", referer: str = "") -> Any:
    request = SimpleNamespace(
        cookies={COOKIE: cookie} if cookie else {}, headers={"host": "keng.example:8080", "referer": referer}
    )
    return SimpleNamespace(request=request, session=SimpleNamespace(id=session))


def test_a_reason_counts_for_its_session_only() -> None:
    value = cookie_value(desk("a"), "alert", " máy  lạ ")
    assert reason_of(desk("a", value)) == "alert: máy  lạ"
    assert reason_of(desk("b", value)) == ""
    assert reason_of(desk("a", "s=x&k=alert")) == ""


def test_a_reason_is_of_a_known_kind_or_written() -> None:
    assert cookie_value(desk(), "nonsense", "x") == "" == cookie_value(desk(), "other", " ")
    assert reason_of(desk("a", cookie_value(desk("a"), "other", "why not"))) == "why not"
    assert all(cookie_value(desk(), kind, "") for kind, _text in kinds())


def test_only_our_own_pages_give_a_reason_by_themselves() -> None:
    assert (
        came_from(desk(referer="https://keng.example:8080/incidents/12?x=1"))
        == "incidents".removesuffix("s") + ":12"
    )
    for referer in (
        "https://evil.example/alerts/1",
        "https://keng.example:8080/search",
        "",
        "nonsense",
        "https://keng.example:8080/alerts/x",
    ):
        assert came_from(desk(referer=referer)) == ""


def test_a_reason_in_words() -> None:
    with using("en"):
        assert in_words("alert:12") == "Handling an alert: 12"
        assert in_words("hunt") == "Looking for attacks that no rule has found"
        assert in_words("why: not") == "why: not"
