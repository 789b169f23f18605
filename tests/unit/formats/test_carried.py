"""Which text format stands in a line."""

import pytest

from keng.formats.carried import TEXT_FORMATS, of_dated, of_line, of_message


@pytest.mark.parametrize(
    ("program", "message", "name"),
    [
        ("CEF", "0|a|b|c|d|e|f|", "cef"),
        ("", "CEF:0|a|b|c|d|e|f|", "cef"),
        ("LEEF", "1.0|a|b|c|d|x=1", "leef"),
        ("%ASA-6-302013", "Built", "cisco"),
        ("", ": %ASA-6-302013: Built", "cisco"),
        ("46", "May  1 12:00:00: %SYS-5-CONFIG_I: x", "cisco"),
        ("dnsmasq", "query[A] a from 10.0.0.9", "dnsmasq"),
        ("postfix/smtpd", "connect from a[10.0.0.9]", "postfix"),
        ("imap-login", "Login: user=<an>", "dovecot"),
        ("", "firewall,info input: x", "mikrotik"),
        ("/usr/sbin/named", "client 10.0.0.9#5 (a): query: a IN A +", "bind"),
    ],
)
def test_a_message_is_told_by_its_program_or_its_beginning(program: str, message: str, name: str) -> None:
    found = of_message(program, message)
    assert found is not None and found[0] == name


@pytest.mark.parametrize(
    ("program", "message"),
    [("sshd", "Accepted password for x"), ("named", "running"), ("", ""), ("x", "a=1 b=2 c=3 d=4")],
)
def test_other_messages_stay_syslog(program: str, message: str) -> None:
    assert of_message(program, message) is None


def test_bare_lines() -> None:
    assert (
        of_line("hello") is None
        and of_line("") is None
        and of_dated("2024-05-01 12:00:00 srv app: x") is None
    )
    found = of_line("a=1 b=2 c=3 d=4")
    assert found is not None and found[0] == "key_value"


def test_names_are_unique() -> None:
    assert len({each.name for each in TEXT_FORMATS}) == len(TEXT_FORMATS)
