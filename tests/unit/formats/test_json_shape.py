"""Shapes told by keys, envelopes opened."""

import pytest

from keng.formats.json_shape import SHAPES, host_of, opened, own_text, shape_of


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"Event": {"System": {"EventID": 1}}}, "windows_evtx"),
        ({"System": {"EventID": 1}, "EventData": {}}, "windows_evtx"),
        ({"winlog": {"event_id": 1}}, "windows_winlogbeat"),
        ({"winlog.event_id": 1, "winlog.channel": "Security"}, "windows_winlogbeat"),
        ({"event_id": 1, "log_name": "Security", "event_data": {}}, "windows_winlogbeat"),
        ({"EventID": 1, "Channel": "Security"}, "windows_flat"),
        ({"EventId": 1, "Provider": "x", "Payload": "{}"}, "windows_flat"),
        ({"Id": 1, "ProviderName": "x", "LogName": "Security"}, "windows_flat"),
        ({"ts": 1.5, "uid": "C1", "id.orig_h": "10.0.0.1"}, "zeek_json"),
        ({"_path": "dns", "query": "a.example"}, "zeek_json"),
        ({"timestamp": "2024-05-01T00:00:00Z", "event_type": "dns"}, "suricata_eve"),
        ({"message": "hello"}, "json"),
        ({}, "json"),
    ],
)
def test_the_shape_is_told_by_keys(value: dict[str, object], shape: str) -> None:
    assert shape_of(value) == shape
    assert shape in SHAPES


def test_envelopes_of_exports_are_opened() -> None:
    assert opened({"_index": "x", "_source": {"a": 1}}) == {"a": 1}
    assert opened({"preview": False, "result": {"a": 1}}) == {"a": 1}
    assert opened({"a": 1}) == {"a": 1}


def test_a_shippers_document_tells_its_text_and_host() -> None:
    document = {"message": "line", "host": {"name": "web-1"}, "agent": {"type": "filebeat"}}
    assert (own_text(document), host_of(document)) == ("line", "web-1")
    assert own_text({"event": {"original": "line"}}) == "line"
    assert own_text({"event.original": "line"}) == "line"
    assert (own_text({"a": 1}), host_of({"a": 1})) == ("", "")
    assert host_of({"host": "plain"}) == "plain"
    assert host_of({"_HOSTNAME": "journal"}) == "journal"
