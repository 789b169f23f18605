"""Syslog lines, as sent and as written to files."""

from typing import Any

import pytest

from keng.formats.syslog import bare, parse, recognises
from keng.model.record import Record
from keng.model.rejected import Rejected


def fields(line: str) -> dict[str, Any]:
    item = parse(line.encode(), 1)
    assert isinstance(item, Record), item
    return item.fields


def test_rfc_5424_with_structured_data() -> None:
    line = '<165>1 2024-05-01T12:00:00.003+07:00 srv-01 app 812 ID47 [a@32473 k="v \\"q\\" \\]" n="1"][b@1] \ufeffHello = world'
    assert fields(line) == {
        "priority": 165,
        "facility": 20,
        "severity": 5,
        "timestamp": "2024-05-01T12:00:00.003+07:00",
        "hostname": "srv-01",
        "program": "app",
        "pid": "812",
        "msgid": "ID47",
        "structured_data": {"a@32473": {"k": 'v "q" ]', "n": "1"}, "b@1": {}},
        "message": "Hello = world",
    }


def test_rfc_5424_with_everything_absent() -> None:
    assert fields("<0>1 - - - - - -") == {"priority": 0, "facility": 0, "severity": 0, "message": ""}


@pytest.mark.parametrize(
    ("line", "host", "program", "pid", "message"),
    [
        ("<34>Oct 11 22:14:15 srv su: failed", "srv", "su", None, "failed"),
        ("Oct  1 22:14:15 srv sshd[12]: Accepted password", "srv", "sshd", "12", "Accepted password"),
        ("2024-05-01T12:00:00.123456+07:00 srv sshd[12]: x", "srv", "sshd", "12", "x"),
        ("Oct 11 2024 22:14:15 fw1 app: y", "fw1", "app", None, "y"),
        ("<34>Oct 11 22:14:15 sshd[12]: no host", None, "sshd", "12", "no host"),
        ("Oct 11 22:14:15 srv kernel: [ 1.23] x: y", "srv", "kernel", None, "[ 1.23] x: y"),
        ("Oct 11 22:14:15 srv (systemd)[9]: z", "srv", "(systemd)", "9", "z"),
        (
            "Oct 11 22:14:15 srv last message repeated 2 times",
            "srv",
            None,
            None,
            "last message repeated 2 times",
        ),
    ],
)
def test_rfc_3164_and_what_files_make_of_it(
    line: str, host: str | None, program: str | None, pid: str | None, message: str
) -> None:
    found = fields(line)
    assert (found.get("hostname"), found.get("program"), found.get("pid")) == (host, program, pid)
    assert found["message"] == message


def test_a_priority_over_191_is_no_priority() -> None:
    assert "priority" not in fields("<999>Oct 11 22:14:15 srv app: x")


@pytest.mark.parametrize("line", [b"", b"hello", b"\xff\xfe\x00", b"<34>", b"<34>1 ", b"2024-99-99"])
def test_other_text_is_refused_with_its_line(line: bytes) -> None:
    item = parse(line, 7)
    assert isinstance(item, Rejected) and item.position == "line 7"


def test_half_of_the_first_lines_decide() -> None:
    assert recognises(b"Oct 11 22:14:15 srv a: b\n  continued\n")
    assert not recognises(b"a\nb\nOct 11 22:14:15 srv a: b\n")
    assert not recognises(b"")


@pytest.mark.parametrize(
    ("line", "host", "program", "pid", "timestamp"),
    [
        ("<86> May  1 12:00:00 srv sshd[7]: hello", "srv", "sshd", "7", "May  1 12:00:00"),
        ("May 1 12:00:00 srv sshd[7]: hello", "srv", "sshd", "7", "May 1 12:00:00"),
        ("2024 May  1 12:00:00 srv sshd[7]: hello", "srv", "sshd", "7", "2024 May  1 12:00:00"),
        ("Wed 2024-05-01 12:00:00 +07 srv sshd[7]: hello", "srv", "sshd", "7", "2024-05-01 12:00:00 +07"),
        ("May  1 12:00:00 aix auth|security:info sshd[7]: hello", "aix", "sshd", "7", "May  1 12:00:00"),
        ("May  1 12:00:00 sol sshd[7]: [ID 800047 auth.info] hello", "sol", "sshd", "7", "May  1 12:00:00"),
        ("May  1 12:00:00 <auth.info> bsd sshd[7]: hello", "bsd", "sshd", "7", "May  1 12:00:00"),
        ("May  1 12:00:05 relay May  1 12:00:00 srv sshd[7]: hello", "srv", "sshd", "7", "May  1 12:00:00"),
        ("<13>May  1 12:00:05 relay <86>May  1 12:00:00 srv sshd[7]: hello", "srv", "sshd", "7", "May  1 12:00:00"),
        ("<13>May  1 12:00:05 relay 1 2024-05-01T12:00:00Z srv sshd 7 - - hello", "srv", "sshd", "7", "2024-05-01T12:00:00Z"),
        ("1 2024-05-01T12:00:00Z srv sshd 7 - - hello", "srv", "sshd", "7", "2024-05-01T12:00:00Z"),
        ("<14>May  1 12:00:00 10.0.0.9 esx Hostd: hello", "esx", "Hostd", None, "May  1 12:00:00"),
        ("2024-05-01 12:00:00\tAuth.Info\t10.0.0.9\tsshd[7]: hello", "10.0.0.9", "sshd", "7", "2024-05-01 12:00:00"),
    ],
)  # fmt: skip
def test_headers_of_other_systems_and_of_relays(
    line: str, host: str, program: str, pid: str | None, timestamp: str
) -> None:
    found = fields(line)
    assert (found["hostname"], found["program"], found.get("pid"), found["timestamp"], found["message"]) == (
        host, program, pid, timestamp, "hello",
    )  # fmt: skip


@pytest.mark.parametrize(
    "line", ["May  1 12:00:00 aix auth|security:info sshd[7]: x", "2024-05-01 12:00:00\tAuth.Info\tsrv\tx"]
)
def test_facility_and_severity_by_name_are_numbers(line: str) -> None:
    found = fields(line)
    assert (found["facility"], found["severity"]) == (4, 6)


@pytest.mark.parametrize(
    ("line", "program", "message"),
    [
        ("<86>sshd[7]: hello", "sshd", "hello"),
        ("<13>hello there", None, "hello there"),
        ("<192>hello", None, None),
    ],
)
def test_a_priority_without_a_time_makes_a_message(
    line: str, program: str | None, message: str | None
) -> None:
    found = bare(line, 1)
    assert (found is None) is (message is None)
    if found is not None:
        assert (found.fields.get("program"), found.fields["message"]) == (program, message)
