"""Syslog entries."""

import pytest

from keng.normalise.linux import syslog_parts

STAMP = "2024-05-01T12:00:00+07:00"


@pytest.mark.parametrize(
    ("program", "service"),
    [("sshd", "sshd"), ("sshd-session", "sshd"), ("CRON", "cron"), ("/usr/sbin/cron", "cron"), ("sudo", "sudo"), ("su", "auth"),
     ("su(pam_unix)", "auth"), ("vsftpd", "vsftpd"), ("clamd", "clamav"), ("guacd", "guacamole"), ("named", "syslog"), ("", "syslog")],
)  # fmt: skip
def test_the_program_tells_the_service(program: str, service: str) -> None:
    parts = syslog_parts({"timestamp": STAMP, "program": program, "message": "x", "hostname": "srv"}, 0)
    assert parts.logsource == ("linux", service, ())
    assert (parts.time_us, parts.host) == (1_714_539_600_000_000, "srv")


def test_the_auth_facility_tells_it_too() -> None:
    assert syslog_parts({"program": "x", "facility": 10, "message": ""}, 0).logsource.service == "auth"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Failed password for root from 10.0.0.9 port 50 ssh2", ("failure", "root", "10.0.0.9", 50)),
        (
            "Failed password for invalid user a b from 2001:db8::1 port 50 ssh2",
            ("failure", "a b", "2001:db8::1", 50),
        ),
        (
            "Accepted publickey for an from 10.0.0.9 port 50 ssh2: RSA SHA256:x",
            ("success", "an", "10.0.0.9", 50),
        ),
        ("Invalid user x from 10.0.0.9", ("failure", "x", "10.0.0.9", None)),
        ("Connection closed", (None, None, None, None)),
    ],
)
def test_logons_over_ssh(message: str, expected: tuple[object, ...]) -> None:
    fields = syslog_parts({"program": "sshd", "message": message}, 0).fields
    assert tuple(fields.get(name) for name in ("outcome", "User", "src_ip", "src_port")) == expected


def test_sudo() -> None:
    message = " an : TTY=pts/0 ; PWD=/home/an ; USER=root ; COMMAND=/bin/sh -c a ; b"
    fields = syslog_parts({"program": "sudo", "message": message}, 0).fields
    assert (fields["User"], fields["USER"], fields["COMMAND"]) == ("an", "root", "/bin/sh -c a ; b")
    denied = "an : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id"
    assert syslog_parts({"program": "sudo", "message": denied}, 0).fields["outcome"] == "failure"


def test_pam() -> None:
    message = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.9  user=an"
    fields = syslog_parts({"program": "sshd", "message": message}, 0).fields
    assert (fields["User"], fields["src_ip"], fields["outcome"]) == ("an", "10.0.0.9", "failure")


def test_structured_data_becomes_fields_and_the_year_comes_from_the_reference() -> None:
    record = {
        "timestamp": "May  1 05:00:00",
        "message": "",
        "structured_data": {"a@1": {"k": "v"}},
        "@host": "h",
    }
    parts = syslog_parts(record, 1_717_200_000_000_000)
    assert parts.fields["a@1.k"] == "v" and parts.host == "h" and parts.time_us == 1_714_539_600_000_000


def test_a_firewall_line_is_a_firewall_event() -> None:
    message = "[UFW BLOCK] IN=eth0 OUT= MAC= SRC=10.0.0.9 DST=192.0.2.1 PROTO=TCP SPT=5 DPT=22"
    parts = syslog_parts({"timestamp": STAMP, "program": "kernel", "message": message, "hostname": "fw"}, 0)
    assert (
        parts.logsource.categories == ("firewall",) and parts.host == "fw" and parts.fields["dst_port"] == 22
    )
