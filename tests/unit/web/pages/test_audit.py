"""The audit log."""

from typing import Any


def test_it_shows_who_did_what(browser: Any) -> None:
    text = browser("truong.trung.tam").get("/audit?actor=an.tran").text
    assert "incident.create" in text and "quan.tri" not in text.split("<tbody")[1]


def test_the_chain_is_checked(browser: Any) -> None:
    assert "The chain holds" in browser("quan.tri").get("/audit?check=1").text


def test_older_rows_follow(browser: Any) -> None:
    assert browser("quan.tri").get("/audit?before=5").text.count("<tr>") <= 5


def test_the_export_carries_the_hashes(browser: Any) -> None:
    assert '"previous","hash"' in browser("quan.tri").get("/audit/export.csv").text
