"""Register files: whole, or refused with the place of what is wrong."""

from pathlib import Path

import pytest

from keng.model.agency import Register
from keng.state.register_file import MAX_BYTES, parse_register, read_register

GOOD = """
agencies:
  - id: bv
    name: {vi: Bệnh viện, en: Hospital}
    kind: hospital
    contacts: [{name: Lan, phone: "113"}]
    systems:
      - id: his
        name: {vi: Quản lý bệnh viện}
        level: 3
    sources:
      - {id: bv-win, name: Windows, kind: windows, system: his}
      - {id: bv-fw, transport: syslog, hostnames: [FW-BV], addresses: [10.1.0.0/16, "2001:db8::1"], time_zone: UTC}
"""


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    path.write_text(GOOD, encoding="utf-8")
    register = read_register(path)
    assert isinstance(register, Register)
    assert register.agencies[0].contacts[0].phone == "113"
    assert register.systems[0].level == 3
    windows, firewall = register.sources
    assert (windows.system, windows.transport, windows.agency) == ("his", "elastic_bulk", "bv")
    assert (firewall.name, firewall.hostnames) == ("bv-fw", ("fw-bv",))
    assert (windows.time_zone, firewall.time_zone) == ("", "UTC")


@pytest.mark.parametrize(
    ("old", "new", "position", "reason"),
    [
        ("level: 3", "level: 9", "line 10: agencies[0].systems[0].level", "1 to 5"),
        ("level: 3", "level: three", "line 10: agencies[0].systems[0].level", "Expected `int`"),
        ("level: 3", "level: 3\n        levle: 3", "line 8: agencies[0].systems[0]", "levle"),
        ("id: bv\n", "id: Bệnh viện\n", "line 3: agencies[0].id", "lower-case"),
        ("id: bv-fw", "id: bv-win", "line 13: agencies[0].sources[1].id", "twice"),
        ("system: his", "system: hiss", "line 12: agencies[0].sources[0].system", "hiss"),
        ("transport: syslog", "transport: smtp", "line 13: agencies[0].sources[1].transport", "smtp"),
        ("10.1.0.0/16", "10.1.0.0/99", "line 13: agencies[0].sources[1].addresses[0]", "10.1.0.0/99"),
        ("{vi: Bệnh viện, en: Hospital}", "{}", "line 4: agencies[0].name", "name"),
        ("time_zone: UTC", "time_zone: Mars", "line 13: agencies[0].sources[1].time_zone", "Mars"),
        ("agencies:", "agency:", "line 1", "agencies"),
        ("kind: hospital", "kind: [", "line 7", "YAML"),
        ("kind: hospital", "kind: !!python/object/apply:os.system [id]", "line 5", "constructor"),
        ("kind: hospital", "kind: &a x\n    address: *a", "line 6", "aliases"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_path(old: str, new: str, position: str, reason: str) -> None:
    result = parse_register(GOOD.replace(old, new, 1).encode())
    assert isinstance(result, tuple)
    assert result[0].position == position
    assert reason in result[0].reason


def test_all_problems_are_told_at_once() -> None:
    text = GOOD.replace("level: 3", "level: 0").replace("system: his", "system: x")
    result = parse_register(text.encode())
    assert isinstance(result, tuple) and len(result) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\x00", b"[" * 200_000, b"- " * 200_000, b"? " * 200_000, b"agencies: " + b"{a: " * 99_999],
    ids=["empty", "no text", "flow", "block", "keys", "maps"],
)
def test_hostile_bytes_are_a_value_not_a_crash(data: bytes) -> None:
    assert isinstance(parse_register(data), tuple)


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    result = read_register(path)
    assert isinstance(result, tuple) and "5 MiB" in result[0].reason
