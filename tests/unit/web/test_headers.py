"""Security headers stand on every answer."""

from typing import Any

import pytest

from keng.web.headers import CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/nowhere", "/static/keng.svg", "/static/nowhere.js", "/alerts", "/ready"]
)
def test_every_answer_carries_them_errors_and_files_included(browser: Any, path: str) -> None:
    answer = browser("").get(path)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY and "*" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_pages_are_not_kept_by_caches(browser: Any) -> None:
    assert browser("an.tran").get("/situation").headers["cache-control"] == "no-store"
