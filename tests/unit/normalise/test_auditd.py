"""Audit records to Sigma's names."""

from keng.normalise.auditd import auditd_parts

BASE = {"time": "1714539600.123", "serial": "42", "@host": "srv"}
CALL = {"exe": "/usr/bin/id", "pid": "7", "ppid": "6", "uid": "0", "UID": "root", "ses": "3"}


def test_execve_is_a_process_creation() -> None:
    record = {
        **BASE,
        "type": "EXECVE",
        "argc": "11",
        **{f"a{number}": str(number) for number in range(11)},
        "@syscall": CALL,
    }
    parts = auditd_parts(record)
    assert parts.logsource == ("linux", "auditd", ("process_creation",))
    assert parts.fields["CommandLine"] == "0 1 2 3 4 5 6 7 8 9 10"
    assert (parts.fields["Image"], parts.fields["User"], parts.fields["ParentProcessId"]) == (
        "/usr/bin/id",
        "root",
        "6",
    )
    assert parts.time_us == 1_714_539_600_123_000 and parts.host == "srv"
    assert not any(name.startswith("@") for name in parts.fields)


def test_without_its_system_call_only_a_path_is_an_image() -> None:
    assert auditd_parts({**BASE, "type": "EXECVE", "a0": "/bin/ls"}).fields["Image"] == "/bin/ls"
    assert "Image" not in auditd_parts({**BASE, "type": "EXECVE", "a0": "ls"}).fields


def test_a_created_path_is_a_file_event() -> None:
    record = {**BASE, "type": "PATH", "name": "./x", "nametype": "CREATE", "@cwd": "/tmp", "@syscall": CALL}
    parts = auditd_parts(record)
    assert parts.logsource.categories == ("file_event",)
    assert (parts.fields["TargetFilename"], parts.fields["Image"]) == ("/tmp/x", "/usr/bin/id")
    assert (
        auditd_parts({**BASE, "type": "PATH", "name": "/x", "nametype": "NORMAL"}).logsource.categories == ()
    )


def test_system_calls_get_their_names() -> None:
    assert (
        auditd_parts({**BASE, "type": "SYSCALL", "arch": "c000003e", "syscall": "59"}).fields["SYSCALL"]
        == "execve"
    )
    assert (
        auditd_parts({**BASE, "type": "SYSCALL", "arch": "c00000b7", "syscall": "279"}).fields["SYSCALL"]
        == "memfd_create"
    )
    assert "SYSCALL" not in auditd_parts({**BASE, "type": "SYSCALL", "arch": "x", "syscall": "59"}).fields
    assert (
        auditd_parts({**BASE, "type": "SYSCALL", "SYSCALL": "own", "syscall": "59"}).fields["SYSCALL"]
        == "own"
    )
