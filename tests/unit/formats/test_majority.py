"""The format of most lines."""

from keng.formats.majority import format_of

SQUID = b"1714539600.123 250 10.0.0.9 TCP_MISS/200 9 GET http://x/ - HIER_NONE/- -\n"


def test_half_of_the_first_lines_decide() -> None:
    assert format_of(SQUID * 3 + b"noise\n") == "squid"
    assert format_of(SQUID + b"noise\n" * 5) == ""
    assert format_of(b"") == ""


def test_a_header_decides_alone() -> None:
    assert format_of(b"#Software: x\n#Fields: date time x\n" + b"junk\n" * 10) == "w3c_extended"
    assert format_of(b"DNS Server log file creation at 5/1/2024\r\n\tField #\r\n") == "windows_dns"


def test_a_line_that_is_cut_at_the_end_of_the_head_does_not_count() -> None:
    assert format_of(SQUID + b"17145") == "squid"
