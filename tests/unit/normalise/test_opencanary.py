"""OpenCanary."""

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


def test_a_probe() -> None:
    found = event(
        {
            "logtype": 2000,
            "logdata": {"USERNAME": "an"},
            "src_host": "203.0.113.9",
            "dst_port": 21,
            "node_id": "c",
            "utc_time": "2024-05-01 12:00:00.5",
        }
    )
    assert found.logsource == ("opencanary", "", ("application",)) and found.host == "c"
    assert (found.fields["logtype"], found.fields["src_ip"], found.fields["User"]) == (
        2000,
        "203.0.113.9",
        "an",
    )
    assert found.time_us == 1_714_564_800_500_000
