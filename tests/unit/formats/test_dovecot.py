"""Dovecot."""

import pytest

from keng.formats.dovecot import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_logons() -> None:
    subset(
        "imap-login: Login: user=<an>, method=PLAIN, rip=10.0.0.9, lip=192.0.2.1, TLS",
        user="an",
        outcome="success",
        tls=True,
    )
    subset(
        "imap-login: Info: Disconnected (auth failed, 3 attempts in 9 secs): user=<an>, rip=10.0.0.9",
        attempts=3,
        outcome="failure",
    )
    subset(
        "auth: passwd-file(an,10.0.0.9,<x>): Password mismatch", user="an", rip="10.0.0.9", outcome="failure"
    )
    subset("lmtp(an)<1><x>: msgid=x: saved mail", service="lmtp", outcome=None)


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
