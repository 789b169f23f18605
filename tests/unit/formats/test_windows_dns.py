"""The debug log of the DNS server."""

import pytest

from keng.formats.windows_dns import explains, fields_of, starts

LINE = (
    "5/1/2024 12:00:00 PM 0E3C PACKET  00000000028657F0 UDP %s 10.0.0.9  0002 %s A  (3)www(7)example(3)com(0)"
)


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_questions_and_answers() -> None:
    subset(
        LINE % ("Rcv", "  Q [0001   D   NOERROR]"),
        query="www.example.com",
        direction="Rcv",
        response=False,
        flags="D",
        rcode="NOERROR",
        protocol="udp",
    )
    subset(LINE % ("Snd", "R Q [8385 A DR NXDOMAIN]"), response=True, flags="ADR", rcode="NXDOMAIN")


def test_the_explanation_at_the_top_is_known() -> None:
    assert starts(b"DNS Server log file creation at 5/1/2024\r\n")
    assert explains(b"Message logging key (for packets - other items):") and explains(b"\tField #")
    assert not starts(b"hello") and not explains(b"5/1/2024")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
