"""Audit records."""

from typing import Any

from keng.formats.auditd import carries, parse, recognises, with_context
from keng.model.record import Record
from keng.model.rejected import Rejected

STAMP = "msg=audit(1714539600.123:42)"


def fields(line: str) -> dict[str, Any]:
    item = parse(line.encode(), 1)
    assert isinstance(item, Record), item
    return item.fields


def test_keys_quoted_values_and_the_stamp() -> None:
    assert fields(
        f'node=srv type=SYSCALL {STAMP}: arch=c000003e syscall=59 comm="id" exe="/usr/bin/id" key=(null)'
    ) == {
        "type": "SYSCALL",
        "time": "1714539600.123",
        "serial": "42",
        "@host": "srv",
        "arch": "c000003e",
        "syscall": "59",
        "comm": "id",
        "exe": "/usr/bin/id",
    }


def test_hexadecimal_arguments_and_titles_become_text() -> None:
    found = fields(f'type=EXECVE {STAMP}: argc=3 a0="sh" a1=2D63 a2=6563686F206869')
    assert (found["a0"], found["a1"], found["a2"]) == ("sh", "-c", "echo hi")
    assert fields(f"type=PROCTITLE {STAMP}: proctitle=6C73002D6C")["proctitle"] == "ls -l"


def test_numbers_of_a_system_call_stay_numbers() -> None:
    assert fields(f"type=SYSCALL {STAMP}: a0=41 a1=4142")["a1"] == "4142"


def test_the_users_message_is_taken_apart() -> None:
    found = fields(
        f'type=USER_LOGIN {STAMP}: pid=1 uid=0 msg=\'op=login acct="an" exe="/usr/sbin/sshd" addr=10.0.0.9 res=failed\''
    )
    assert (found["acct"], found["addr"], found["res"]) == ("an", "10.0.0.9", "failed")


def test_enriched_names_are_read_and_do_not_cover_the_raw_ones() -> None:
    found = fields(f'type=SYSCALL {STAMP}: syscall=59 uid=0 \x1dSYSCALL=execve UID="root"')
    assert (found["SYSCALL"], found["UID"], found["uid"]) == ("execve", "root", "0")


def test_types_written_as_numbers_get_their_names() -> None:
    assert fields('type=1400 audit(1714539600.123:42): apparmor="DENIED"')["type"] == "AVC"
    assert fields(f"type=UNKNOWN[1309] {STAMP}: argc=0")["type"] == "EXECVE"


def test_execve_and_path_learn_from_the_records_of_their_serial() -> None:
    lines = [
        f'type=SYSCALL {STAMP}: syscall=59 pid=7 exe="/usr/bin/id"',
        f'type=EXECVE {STAMP}: argc=1 a0="id"',
        f'type=CWD {STAMP}: cwd="/tmp"',
        f'type=PATH {STAMP}: name="x" nametype=CREATE',
        'type=EXECVE msg=audit(1714539601.000:43): argc=1 a0="id"',
    ]
    items = list(with_context(parse(line.encode(), n) for n, line in enumerate(lines, 1)))
    found = [item.fields for item in items if isinstance(item, Record)]
    assert found[1]["@syscall"]["exe"] == "/usr/bin/id"
    assert found[3]["@cwd"] == "/tmp"
    assert "@syscall" not in found[4]


def test_other_text_is_refused() -> None:
    assert isinstance(parse(b"type=SYSCALL", 3), Rejected)
    assert not recognises(b"type=page\n")
    assert recognises(f"\ntype=LOGIN {STAMP}: pid=1\n".encode())
    assert not carries("audit(")
