"""One record as it arrives alone, and lines of many kinds."""

import io
import json

import pytest

from keng.formats.recognise import read_file
from keng.formats.record import parse_line, parse_record, read_json, read_text
from keng.model.record import Record
from keng.model.rejected import Rejected

WEB = '10.0.0.9 - - [01/May/2024:12:00:00 +0700] "GET / HTTP/1.1" 200 5 "-" "curl/8"'


@pytest.mark.parametrize(
    ("raw", "format_name"),
    [
        (b'{"Event": {"System": {"EventID": 1}}}', "windows_evtx"),
        (b'\xef\xbb\xbf{"EventID": 1, "Channel": "Security"}', "windows_flat"),
        (b'  {"ts": 1.0, "uid": "C1"}', "zeek_json"),
        (b'{"timestamp": "2024-05-01T00:00:00Z", "event_type": "dns"}', "suricata_eve"),
        (b'{"hello": 1}', "json"),
        (b"<34>Oct 11 22:14:15 srv su: failed", "syslog_rfc3164"),
        (b"<34>1 2024-05-01T00:00:00Z srv su - - - failed", "syslog_rfc5424"),
        (b"type=LOGIN msg=audit(1714539600.1:2): pid=1", "auditd"),
        (WEB.encode(), "web_access"),
    ],
)
def test_each_kind_is_known_without_a_hint(raw: bytes, format_name: str) -> None:
    item = parse_record(raw)
    assert isinstance(item, Record) and item.format == format_name
    again = parse_record(raw, hint=format_name)
    assert isinstance(again, Record) and again.format == format_name


@pytest.mark.parametrize("raw", [b"", b"\n", b"{", b"hello world", b"\xff\xfe\xfd", b"{} x", b"\0" * 100])
def test_what_is_no_log_is_refused_with_a_reason(raw: bytes) -> None:
    item = parse_record(raw)
    assert isinstance(item, Rejected) and item.reason and item.position == "line 1"


@pytest.mark.parametrize(
    ("body", "format_name"),
    [
        ('audit: type=1400 audit(1714539600.1:2): apparmor="DENIED"', "auditd"),
        ('type=EXECVE msg=audit(1714539600.1:2): argc=1 a0="id"', "auditd"),
        ('{"timestamp":"2024-05-01T00:00:00Z","event_type":"alert"}', "suricata_eve"),
        ('@cee: {"ts":1.0,"uid":"C1"}', "zeek_json"),
        (
            "<Event><System><Provider Name='Linux-Sysmon'/><EventID>1</EventID></System></Event>",
            "windows_evtx",
        ),
    ],
)
def test_what_syslog_carries_comes_out_as_itself_with_the_host_of_the_header(
    body: str, format_name: str
) -> None:
    item = parse_line(f"Oct 11 22:14:15 srv-9 prog: {body}".encode(), 5)
    assert isinstance(item, Record) and item.format == format_name and item.position == 5
    assert item.raw.startswith("Oct 11")
    if format_name != "windows_evtx":
        assert item.fields["@host"] == "srv-9"


def test_a_web_server_may_write_its_access_log_to_syslog() -> None:
    item = parse_line(f"Oct 11 22:14:15 web-1 nginx: {WEB}".encode(), 1)
    assert isinstance(item, Record) and item.format == "web_access" and item.fields["@host"] == "web-1"


def test_a_shippers_document_yields_the_line_it_carries() -> None:
    raw = b'{"@timestamp":"x","host":{"name":"h9"},"message":"Oct 11 22:14:15 srv sshd[1]: hi"}'
    item = parse_record(raw)
    assert isinstance(item, Record) and item.format == "syslog_rfc3164" and item.fields["@host"] == "h9"
    assert item.raw == raw.decode()
    nested = parse_record(b'{"log":"{\\"ts\\":1.0,\\"uid\\":\\"C1\\"}"}')
    assert isinstance(nested, Record) and nested.format == "zeek_json"
    plain = parse_record(b'{"message":"nothing known"}')
    assert isinstance(plain, Record) and plain.format == "json"


def test_a_text_file_may_hold_lines_of_many_kinds_and_bad_ones_are_reported() -> None:
    text = f"Oct 11 22:14:15 srv a: b\nnonsense\ntype=LOGIN msg=audit(1.1:2): pid=1\n{WEB}\n"
    items = list(read_text(io.BytesIO(text.encode())))
    assert [item.format if isinstance(item, Record) else item.position for item in items] == [
        "syslog_rfc3164",
        "line 2",
        "auditd",
        "web_access",
    ]


def test_json_files_of_a_shipper_are_opened_too() -> None:
    (item,) = read_json(io.BytesIO(b'{"message":"Oct 11 22:14:15 srv a: b"}\n'))
    assert isinstance(item, Record) and item.format == "syslog_rfc3164"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_single_record_in_utf_16_is_read(encoding: str) -> None:
    line = "<13>May  1 12:00:00 máy-1 MSWinEventLog: xin chào"
    record = parse_record(line.encode(encoding))
    assert isinstance(record, Record)
    assert record.fields["message"] == "xin chào"
    value = parse_record('{"EventID": 1, "Channel": "Security"}'.encode(encoding))
    assert isinstance(value, Record)
    assert value.format == "windows_flat"
    assert isinstance(parse_record("hello there".encode(encoding)), Rejected)


def test_a_row_is_read_by_the_columns_that_are_named_beside_it() -> None:
    raw = b'{"log.columns":"date time c-ip x-own","message":"2026-11-03 10:00:00 10.0.0.1 yes","host":{"name":"web01"}}'
    record = parse_record(raw)
    assert isinstance(record, Record)
    assert record.format.startswith("w3c_extended")
    assert (record.fields["x-own"], record.fields["@host"]) == ("yes", "web01")


def test_a_container_s_line_is_what_stands_behind_the_runtime_s_stamp() -> None:
    record = parse_record(f"2024-05-01T12:00:00.123456789Z stdout F {WEB}".encode())
    assert isinstance(record, Record)
    assert record.format == "web_access"
    assert isinstance(parse_record(b"2024-05-01T12:00:00.123456789Z stderr F hello"), Rejected)


def test_the_kernel_s_audit_messages_have_its_uptime_before_them() -> None:
    line = b'Oct 11 22:14:15 srv kernel: [    1.2] audit: type=1400 audit(1697033655.123:7): apparmor="DENIED" name="/x"'
    record = parse_record(line)
    assert isinstance(record, Record)
    assert (record.format, record.fields["type"], record.fields["apparmor"]) == ("auditd", "AVC", "DENIED")


@pytest.mark.parametrize(
    ("line", "format_"),
    [
        (b'10.1.2.3 - - [24/Nov/2026:10:11:12 +0700] "GET / HTTP/1.1" 200 5 "-" "x"', "web_access"),
        (b'www.x.example:443 10.1.2.3 - - [24/Nov/2026:10:11:12 +0700] "GET / HTTP/1.1" 200 5 "-" "x"', "web_access"),
        (b"[Tue Nov 24 10:11:12.1 2026] [core:error] [pid 1] [client 10.0.0.1:5] AH00126: x", "web_error"),
        (b"2026/11/24 10:11:12 [error] 1#1: *7 open() failed, client: 10.0.0.1, server: x", "web_error"),
        (b"2026-11-24T03:11:12.123456Z\t   77 Connect\tapp@10.0.0.7 on hr using TCP/IP", "mysql"),
        (b"2026-11-24 10:11:12.123 UTC [7] app@hr FATAL:  password authentication failed for user \"app\"", "postgresql"),
        (b"2026-11-24 10:11:12 203.0.113.7:1194 TLS: Username/Password authentication succeeded for username 'an'", "openvpn"),
        (b"2026-11-24 10:11:12,123 ERROR django.request: Internal Server Error: /a/", "application"),
        (b"24-Nov-2026 10:11:12.123 queries: info: client @0x7 10.1.2.3#5 (a.example): query: a.example IN A + (10.0.0.5)", "bind"),
        (b"1795489872.123    456 10.1.2.3 TCP_MISS/200 1234 GET http://bad.example/ - HIER_DIRECT/203.0.113.9 text/html", "squid"),
        (b"2026-11-24 03:11:12 10.0.0.80 GET /a - 443 - 10.1.2.3 Mozilla/5.0 - 200 0 0 15", "w3c_extended"),
        (b"11/24/2026-10:11:12.1  [**] [1:5:1] x [**] [Classification: c] [Priority: 1] {TCP} 10.0.0.1:5 -> 10.0.0.2:6", "ids_alert"),
        (b"Nov 24 10:11:12 mx1 postfix/smtpd[7]: connect from unknown[203.0.113.9]", "postfix"),
        (b"Jan 2 words and no time", ""),
        (b"2026-11-24 is a date, and this a sentence: nothing else", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "header", [b"<134>Nov 24 10:11:12 gw01 myfile: ", b"<134>Nov 24 10:11:12 gw01 ", b"<134>1 2026-11-24T03:11:12Z gw01 app 7 - - "]
)  # fmt: skip
def test_a_line_of_another_programs_file_is_itself_behind_a_forwarders_header(
    header: bytes, line: bytes, format_: str
) -> None:
    found = parse_record(header + line)
    assert isinstance(found, Record)
    if format_:
        assert found.format.partition(" ")[0] == format_
    else:
        assert found.format.startswith("syslog")


def test_stamps_of_the_container_runtime_before_one_another_are_no_entry() -> None:
    assert isinstance(parse_record(b"2026-11-24T03:11:12.123456789Z stdout F " * 5000 + b"x"), Rejected)


def test_headers_before_one_another_end_somewhere() -> None:
    assert isinstance(parse_record(b"Nov 24 10:11:12 gw01 app: " * 5000), Record)
    assert isinstance(parse_record(b"<134>1 2026-11-24T03:11:12Z h a 7 - - " * 5000), Record)


def test_an_object_in_syslog_is_read_through_its_shippers_layout() -> None:
    win = b'{"data":{"win":{"system":{"eventID":"4625","channel":"Security"},"eventdata":{"targetUserName":"an"}}}}'
    found = parse_record(b"<134>Nov 24 10:11:12 wazuh ossec: " + win)
    assert isinstance(found, Record)
    assert found.format == "windows_flat"
    assert found.fields["TargetUserName"] == "an"


def test_the_line_that_a_shipper_kept_beside_its_message_is_read_where_the_message_says_nothing() -> None:
    line = "Nov 24 10:11:12 web1 sshd[1]: Failed password for root from 198.51.100.7 port 22 ssh2"
    found = parse_record(
        json.dumps({"message": "Failed password for root", "event": {"original": line}}).encode()
    )
    assert isinstance(found, Record)
    assert found.fields["program"] == "sshd"


def test_a_file_of_json_may_hold_other_lines_and_a_file_of_lines_may_hold_json() -> None:
    event = b'{"Event":{"System":{"EventID":1,"Channel":"Security"},"EventData":{}}}'
    line = b"<34>Oct 11 22:14:15 srv su: failed"
    for data in (b"\n".join([event, line, event, b"???"]), b"\n".join([line, event, line, b"???"])):
        found = list(read_file(io.BytesIO(data)))
        assert [one.format if isinstance(one, Record) else "" for one in found].count("windows_evtx") >= 1
        assert [one.format if isinstance(one, Record) else "" for one in found].count("syslog_rfc3164") >= 1
        assert isinstance(found[-1], Rejected)
        assert len(found) == 4


def test_a_statement_of_mysql_ends_where_another_programs_entry_begins() -> None:
    data = (
        b"2026-11-24T03:11:12.123456Z\t   77 Query\tSELECT 1\nFROM x\n"
        b"CEF:0|V|P|1|1|n|1|src=10.0.0.1\n<34>Oct 11 22:14:15 srv su: failed\n"
    )
    found = [one.format for one in read_file(io.BytesIO(data)) if isinstance(one, Record)]
    assert found == ["mysql", "cef", "syslog_rfc3164"]
