from typing import Any

import pytest

from keng.formats.record import parse_record
from keng.formats.syslog_json import fields_of
from keng.model.record import Record


def test_journald_s_entry_is_a_syslog_entry_with_its_trusted_names() -> None:
    fields = fields_of(
        {
            "MESSAGE": "x",
            "SYSLOG_IDENTIFIER": "sshd",
            "_PID": 7,
            "SYSLOG_FACILITY": "10",
            "_EXE": "/usr/sbin/sshd",
            "PRIORITY": "6",
        }
    )
    assert fields == {
        "message": "x", "program": "sshd", "pid": "7", "facility": 10, "_PID": 7, "_EXE": "/usr/sbin/sshd",
    }  # fmt: skip


def test_a_tag_gives_program_and_pid() -> None:
    fields = fields_of({"message": "x", "syslogtag": "prog[12]:", "severity": "info", "facility": "AuthPriv"})
    assert fields == {"message": "x", "program": "prog", "pid": "12", "facility": 10}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"message": "x"},
        {"message": "x", "program": "y"},
        {"message": 7, "program": "y", "facility": 1},
        {"message": "x", "program": ["y"], "severity": "info"},
        {"severity": "info", "appname": "y"},
    ],
)
def test_anything_else_is_none(value: dict[str, Any]) -> None:
    assert fields_of(value) is None


def test_what_the_entry_carries_comes_out_as_itself() -> None:
    record = parse_record(
        b'{"message": "DHCPACK on 10.0.0.5 to 00:11:22:33:44:55 via eth0", "appname": "dhcpd", "severity": "info"}'
    )
    assert isinstance(record, Record)
    assert record.format == "dhcpd"
