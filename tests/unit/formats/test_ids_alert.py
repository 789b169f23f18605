import pytest

from keng.formats.ids_alert import fields_of


def test_an_alert_without_ports() -> None:
    found = fields_of("[1:5:0] x [Priority: 0] {ICMP} 203.0.113.9 -> 10.1.2.3")
    assert found is not None
    assert (found["src_ip"], found["dst_ip"], found["signature"]) == ("203.0.113.9", "10.1.2.3", "x")
    assert "src_port" not in found


def test_an_alert_of_a_file_has_its_time_and_class() -> None:
    found = fields_of(
        "11/24/2026-10:11:12.123456  [**] [1:5:2] ET x [**] [Classification: c] [Priority: 1] {TCP} 10.0.0.1:5 -> 10.0.0.2:6"
    )
    assert found is not None
    assert (found["timestamp"], found["category"], found["dst_port"]) == (
        "11/24/2026-10:11:12.123456",
        "c",
        6,
    )


@pytest.mark.parametrize("text", ["", "[1:5:0] x", "a -> b [Priority: 1]"])
def test_other_lines_are_none(text: str) -> None:
    assert fields_of(text) is None
