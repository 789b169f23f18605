"""macOS."""

from typing import Any

import orjson

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event


def event(value: dict[str, Any]) -> Event:
    item = parse_record(orjson.dumps(value))
    assert isinstance(item, Record), item
    return to_event(item)


def esf(body: dict[str, Any]) -> Event:
    actor = {"audit_token": {"pid": 5, "euid": 501}, "ppid": 1, "executable": {"path": "/bin/zsh"}}
    return event(
        {"schema_version": 1, "time": "2024-05-01T12:00:00.000000000Z", "process": actor, "event": body}
    )


def test_exec_is_a_process_creation() -> None:
    target = {"audit_token": {"pid": 6, "euid": 501}, "ppid": 5, "executable": {"path": "/usr/bin/id"}}
    found = esf({"exec": {"args": ["id", "-u"], "target": target, "cwd": {"path": "/tmp"}}})
    assert found.logsource == ("macos", "", ("process_creation",)) and found.time_us == 1_714_564_800_000_000
    names = (
        "Image",
        "CommandLine",
        "ParentImage",
        "CurrentDirectory",
        "ProcessId",
        "ParentProcessId",
        "User",
    )
    assert [found.fields[name] for name in names] == ["/usr/bin/id", "id -u", "/bin/zsh", "/tmp", 6, 5, "501"]


def test_files() -> None:
    new = esf({"create": {"destination": {"new_path": {"dir": {"path": "/etc"}, "filename": "x"}}}})
    assert new.logsource.categories == ("file_event",) and (
        new.fields["TargetFilename"],
        new.fields["Image"],
    ) == ("/etc/x", "/bin/zsh")
    for modified, categories in ((True, ("file_event",)), (False, ())):
        assert (
            esf({"close": {"modified": modified, "target": {"path": "/etc/x"}}}).logsource.categories
            == categories
        )


def test_odd_bodies_are_borne() -> None:
    for body in (
        {},
        {"exec": 5},
        {"exec": {}},
        {"create": {"destination": 5}},
        {"close": {"modified": True}},
    ):
        assert esf(body).logsource.product == "macos"


def test_the_unified_log() -> None:
    found = event(
        {"eventMessage": "m", "processImagePath": "/x", "timestamp": "2024-05-01 19:00:00.000000+0700"}
    )
    assert (
        found.logsource == ("macos", "", ())
        and found.fields["message"] == "m"
        and found.time_us == 1_714_564_800_000_000
    )
