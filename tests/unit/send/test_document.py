"""Documents that the centre reads as what they were."""

import orjson

from keng.formats.recognise import parse_record
from keng.model.record import Record
from keng.send.document import Envelope, is_object

ENVELOPE = Envelope("web01", "/var/log/x.log")


def test_a_line_travels_with_its_host_and_path_and_is_read_as_itself() -> None:
    line = b"Nov  3 10:00:00 web01 sshd[1]: Failed password for root from 10.0.0.9 port 22 ssh2"
    document = ENVELOPE.line(line)
    assert orjson.loads(document) == {
        "host": {"name": "web01"},
        "log": {"file": {"path": "/var/log/x.log"}},
        "message": line.decode(),
    }
    record = parse_record(document)
    assert isinstance(record, Record)
    assert record.format.startswith("syslog")


def test_a_json_line_goes_as_it_is() -> None:
    line = b'{"timestamp":"2026-11-03T10:00:00","event_type":"alert", "src_ip":"10.0.0.1"}'
    assert ENVELOPE.line(line) is line
    assert not is_object(b'{"a": }')
    assert not is_object(b"[1]")
    assert orjson.loads(ENVELOPE.line(b'{"cut": '))["message"] == '{"cut": '


def test_bytes_that_are_no_utf_8_do_not_stop_anything() -> None:
    assert orjson.loads(ENVELOPE.line(b"caf\xe9"))["message"] == "caf\ufffd"
    assert orjson.loads(Envelope("h", "/b\udce9d").line(b"x"))["message"] == "x"


def test_printed_json_becomes_one_line() -> None:
    record = Record("json", {"a": 1}, 1, '{\n "a": 1\n}')
    assert ENVELOPE.record(record) == b'{"a":1}'


def test_a_windows_event_goes_in_the_shape_that_the_centre_knows() -> None:
    fields = {"Event": {"System": {"EventID": 1, "Channel": "Security"}}}
    record = parse_record(ENVELOPE.record(Record("evtx", fields, 7)))
    assert isinstance(record, Record)
    assert record.format == "windows_evtx"
