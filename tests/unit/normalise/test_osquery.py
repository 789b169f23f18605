"""osquery."""

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


def test_processes_and_files() -> None:
    found = event(
        {
            "name": "process_events",
            "hostIdentifier": "h",
            "unixTime": 1714564800,
            "columns": {"path": "/bin/id", "cmdline": "id"},
        }
    )
    assert (
        found.logsource == ("linux", "osquery", ("process_creation",))
        and found.host == "h"
        and found.time_us == 1_714_564_800_000_000
    )
    assert (found.fields["Image"], found.fields["CommandLine"]) == ("/bin/id", "id")
    assert (
        event(
            {"name": "es_process_events", "hostIdentifier": "h", "columns": {"path": "/a", "cmdline": "b"}}
        ).logsource.product
        == "macos"
    )
    found = event({"name": "file_events", "hostIdentifier": "h", "columns": {"target_path": "/etc/x"}})
    assert found.logsource.categories == ("file_event",) and found.fields["TargetFilename"] == "/etc/x"


def test_other_tables_keep_their_columns() -> None:
    found = event({"name": "users", "hostIdentifier": "h", "columns": {"username": "an"}})
    assert found.logsource == ("", "osquery", ()) and found.fields["username"] == "an"
