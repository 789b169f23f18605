"""dnsmasq."""

import pytest

from keng.formats.dnsmasq import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_questions_answers_and_leases() -> None:
    subset("query[AAAA] a.example from 10.0.0.9", query="a.example", record_type="AAAA", client="10.0.0.9")
    subset("1 10.0.0.9/5 reply a.example is 192.0.2.1", client_port=5, answer="192.0.2.1", serial="1")
    subset("/etc/hosts a.example is 192.0.2.1", action="/etc/hosts")
    subset("forwarded a.example to 192.0.2.53", server_ip="192.0.2.53")
    subset("DHCPACK(br0) 10.0.0.9 aa:bb:cc:dd:ee:ff pc", action="DHCPACK", ip="10.0.0.9", client_name="pc")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
