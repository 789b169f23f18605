import io
import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.model.event import Event, LogSource
from keng.normalise.content import ALLOWED, CONTENT, CONTENT_IN, CONTENT_OF
from keng.normalise.cut import CUT
from keng.normalise.privacy import MASK, REMOVED, is_harmless, may_hold_content, redact, touched

SECRET = "chuyện riêng tư"
WINDOWS = LogSource("windows", "sysmon", ("process_creation",))


def test_an_event_without_content_is_the_same_object() -> None:
    event = Event({"CommandLine": "powershell -enc aGk=", "Image": "x"}, WINDOWS, raw='{"CommandLine": "x"}')
    assert redact(event) is event
    assert redact(event) is event


@pytest.mark.parametrize("name", sorted(CONTENT))
@pytest.mark.parametrize("product", ["", "windows", "suricata", "zeek"])
def test_every_name_of_the_list_is_taken_out_of_every_source(name: str, product: str) -> None:
    for spelled in (name, name.upper(), "x." + name):
        fields = {"keep": "1", spelled: SECRET}
        event = Event(dict(fields), LogSource(product), raw=json.dumps(fields, ensure_ascii=False))
        clean = redact(event)
        assert clean.fields == {"keep": "1", REMOVED: [spelled]}
        assert SECRET not in clean.raw
        assert event.fields == fields  # pure


@pytest.mark.parametrize(
    ("product", "name"), [(p, n) for p, names in CONTENT_OF.items() for n in sorted(names)]
)
def test_what_is_content_of_one_product_stays_in_others(product: str, name: str) -> None:
    assert SECRET not in str(redact(Event({name: SECRET}, LogSource(product), raw=SECRET)))
    powershell = Event({name: SECRET}, LogSource("windows", "powershell", ("ps_module",)), raw=SECRET)
    assert redact(powershell) is powershell


@pytest.mark.parametrize("source", sorted(ALLOWED))
def test_of_mail_and_chat_only_the_listed_fields_pass(source: tuple[str, str]) -> None:
    fields = {"id.orig_h": "10.0.0.1", "uid": "C1", "subject": SECRET, "value": SECRET, "new field": SECRET}
    clean = redact(Event(fields, LogSource(*source), raw=SECRET))
    assert clean.fields == {"id.orig_h": "10.0.0.1", "uid": "C1", REMOVED: ["new field", "subject", "value"]}
    assert SECRET not in clean.raw


def test_content_that_no_field_shows_is_seen_in_the_raw_text() -> None:
    raw = json.dumps({"event": "x", "nested": {"Post_Data": SECRET}}, ensure_ascii=False)
    clean = redact(Event({"event": "x"}, LogSource(), raw=raw))
    assert json.loads(clean.raw) == {"event": "x", REMOVED: ["Post_Data"]}


def test_a_subject_in_a_mail_server_s_line_is_masked_and_the_rest_stays() -> None:
    line = f"postfix/cleanup[1]: 4A: warning: header Subject: {SECRET} from unknown[203.0.113.5]; from=<a@b>"
    clean = redact(Event({"message": line, "pid": 1}, LogSource("linux", "syslog"), raw="<22>" + line))
    assert SECRET not in str(clean)
    assert f"header Subject: {MASK} from unknown[203.0.113.5]; from=<a@b>" in clean.raw
    assert clean.fields["pid"] == 1
    assert clean.fields[REMOVED] == ["header Subject:"]


def test_certificates_keep_their_subject() -> None:
    event = Event(
        {"certificate.subject": "CN=x", "tls.subject": "CN=x"}, LogSource("zeek", "x509"), raw="CN=x"
    )
    assert redact(event) is event


def test_values_that_json_does_not_know_do_not_stop_it() -> None:
    clean = redact(Event({"body_text": SECRET, "odd": "a\ud800", "set": {1}}, LogSource(), raw=""))
    assert SECRET not in clean.raw


@pytest.mark.shared
def test_real_windows_events_pass_untouched(shared_data: Path) -> None:
    from evtx import PyEvtxParser

    from keng.normalise.windows import windows_event

    seen = 0
    for path in sorted((shared_data / "evtx-attack-samples").rglob("*.evtx"))[:40]:
        for record in PyEvtxParser(str(path)).records_json():
            fields, logsource, *_rest = windows_event(json.loads(record["data"]))
            event = Event(fields, logsource, raw=record["data"])
            assert redact(event) is event
            seen += 1
    assert seen > 100


@pytest.mark.shared
def test_no_field_of_a_public_rule_is_taken_from_windows_or_linux(shared_data: Path) -> None:
    import yaml

    names: set[str] = set()
    for path in sorted((shared_data / "sigma" / "rules").rglob("*.yml"))[::7]:
        rule = yaml.safe_load(path.read_text())
        for part in rule.get("detection", {}).values():
            for block in part if isinstance(part, list) else [part]:
                if isinstance(block, dict):
                    names |= {str(key).split("|")[0] for key in block}
    assert len(names) > 50
    for product in ("windows", "linux"):
        event = Event(dict.fromkeys(names, "x"), LogSource(product))
        assert redact(event) is event


def through(line: str) -> Event:
    from keng.formats.record import parse_record
    from keng.model.record import Record
    from keng.normalise.normalise import to_event

    record = parse_record(line.encode())
    assert isinstance(record, Record), record
    return redact(to_event(record, 1))


@pytest.mark.parametrize(
    "line",
    [
        "CEF:0|Mail|Gate|1|1|mail|3|src=10.0.0.1 suser=a@x.example cs1Label=Subject cs1=chuyện riêng tư act=pass",
        "CEF:0|Mail|Gate|1|1|mail|3|src=10.0.0.1 cs2=chuyện riêng tư cs2Label=Email-Subject msg=mail chuyện riêng tư",
        "CEF:0|Mail|Gate|1|1|mail|3|flexString1Label=EMAIL BODY flexString1=chuyện riêng tư src=10.0.0.1",
        "CEF:0|Mail|Gate|1|1|mail|3|src=10.0.0.1 subject=chuyện riêng tư",
        "May  1 05:00:00 gw CEF:0|Mail|Gate|1|1|mail|3|src=10.0.0.1 cs1Label=Subject cs1=chuyện riêng tư",
        "LEEF:1.0|Mail|Gate|1|1|src=10.0.0.1\tSubject=chuyện riêng tư\tusrName=an",
        'date=2024-05-01 time=05:00:00 devname="fw" devid="F" logid="0508020480" type="utm" subtype="emailfilter" '
        'srcip=10.0.0.1 dstip=10.0.0.2 subject="chuyện riêng tư" action="log-only"',
        '<134>May  1 05:00:00 fw date=2024-05-01 time=05:00:00 devname="fw" devid="F" logid="0508020480" type="utm" '
        'subtype="emailfilter" srcip=10.0.0.1 dstip=10.0.0.2 subject="chuyện riêng tư" action="log-only"',
        "1,2024/05/01 12:00:02,0123,THREAT,file,2560,2024/05/01 12:00:02,10.0.0.1,192.0.2.1,0.0.0.0,0.0.0.0,r,,,smtp,v,t,u,a,b,"
        "l,2024/05/01 12:00:02,1,1,5,25,0,0,0x0,tcp,alert,a.doc,W(1),any,low,c,1,0x0,a,b,0,,0,,,0,,,,,a@x,chuyện riêng tư,b@y,0",
        "<22>May  1 05:00:00 mx exim[4]: 1rB <= a@x.example H=x [10.0.0.1] T=\"chuyện riêng tư\" from <a@x> for b@y",
        "<22>May  1 05:00:00 mx amavis[4]: (1) Passed CLEAN, Message-ID: <1@x>, Subject: \"chuyện riêng tư\", Hits: 1",
    ],
)  # fmt: skip
def test_a_mail_s_subject_is_dropped_from_device_logs_under_any_label(line: str) -> None:
    clean = through(line)
    assert SECRET not in str(clean)
    assert clean.fields[REMOVED]
    assert "10.0.0.1" in str(clean.fields) or "amavis" in str(clean.fields)


@pytest.mark.parametrize(
    "value",
    [
        {"Email": {"SUBJECT": SECRET}},
        {"a": {"b": [{"email-body": SECRET}, {"email-body": "x"}]}},
        {"mail": {"Body Text": SECRET}},
        {"HTTP": {"Request": {"Body": {"Content": SECRET}}}},
        {"outer": {"http.request.body": SECRET}},
        {"ｅmailSubject": SECRET},
        {"email​_subject": SECRET},
        {
            "appname": "sshd",
            "severity": "info",
            "message": "x",
            "mail": {"subject": SECRET},
            "email_subject": SECRET,
        },
        {"winlog": {"channel": "Security", "event_id": 1}, "chat": {"message": SECRET}},
        {
            "winlog": {"channel": "Security", "event_id": 1},
            "http": {"request": {"body": {"content": SECRET}}},
        },
        {"message": "May  1 05:00:00 srv sshd[7]: x", "host": "srv", "email": [{"subject": SECRET}]},
        {"message": "x", "inner": '{"chat_message": "' + SECRET + '"}'},
        {"sender": "a@x", "recipient": "b@y", "subject": SECRET},
        {"mail_event": {"Rcpt-To": "b@y", "Subject": SECRET, "copy": "again " + SECRET}},
        {"http": {"http_request_body": SECRET, "url": "/x"}},
    ],
)
def test_content_is_found_however_its_name_is_dressed_and_nested(value: dict[str, object]) -> None:
    clean = through(json.dumps({"@timestamp": "2024-05-01T05:00:00Z", **value}, ensure_ascii=False))
    assert SECRET not in str(clean)
    assert clean.fields[REMOVED]


def test_a_subject_beside_no_mail_is_a_certificate_s_and_stays() -> None:
    clean = through('{"@timestamp": "2024-05-01T05:00:00Z", "cert": {"subject": "CN=x", "issuer": "CN=y"}}')
    assert clean.fields["cert.subject"] == "CN=x"
    assert REMOVED not in clean.fields


def test_a_command_line_that_looks_like_exim_s_subject_stays() -> None:
    event = Event({"CommandLine": 'set T="x"'}, WINDOWS, raw='cmd set T="x"')
    assert redact(event) is event


def test_content_among_more_fields_than_an_event_may_have_is_dropped_too() -> None:
    many = {f"f{n}": n for n in range(5000)}
    clean = through(
        json.dumps({"EventID": 1, "Channel": "Security", **many, "email_subject": SECRET}, ensure_ascii=False)
    )
    assert SECRET not in str(clean)
    assert clean.fields[CUT] > 900


def test_the_subjects_in_exchange_s_message_tracking_are_dropped() -> None:
    from keng.formats.recognise import read_file
    from keng.model.record import Record
    from keng.normalise.normalise import to_event

    text = (
        "#Software: Microsoft Exchange Server\n"
        "#Fields: date-time,client-ip,server-hostname,source,event-id,recipient-address,message-subject,sender-address\n"
        f'2024-05-01T05:00:00.000Z,10.0.0.5,mx,SMTP,RECEIVE,b@y.example,"{SECRET}, hôm nay",a@x.example\n'
    )
    (item,) = read_file(io.BytesIO(text.encode()))
    assert isinstance(item, Record)
    clean = redact(to_event(item, 1))
    assert clean.fields["sender-address"] == "a@x.example"
    assert clean.fields["src_ip"] == "10.0.0.5"
    assert "riêng tư" not in str(clean)


@pytest.mark.parametrize(
    "name", sorted(CONTENT | frozenset().union(*CONTENT_OF.values(), *CONTENT_IN.values()))
)
def test_one_look_at_many_raw_texts_sees_every_name_of_content(name: str) -> None:
    spelled = orjson.dumps({"a": {name.replace(".", "_"): "text"}}).decode()
    assert may_hold_content(['{"a":1}', spelled, '{"b":2}'])
    assert may_hold_content([spelled.upper(), "\ud800"])
    assert not may_hold_content(['{"a":1}', '{"CommandLine":"whoami"}', "\ud800", ""])


@given(
    st.lists(
        st.sampled_from(
            ['{"a":1}', '{"x":{"body_text":"y"}}', '{"mail":{"subject":"z"}}', "no json", '{"email":[1]}']
        )
    )
)
def test_what_one_look_calls_clean_is_clean_for_every_format(raws: list[str]) -> None:
    if not may_hold_content(raws):
        for raw in raws:
            for format_name in ("json", "windows_winlogbeat", "m365_audit", "zeek_json", ""):
                event = Event({"a": 1}, LogSource(), format=format_name, raw=raw)
                assert redact(event) == redact(event, True)


texts = st.sampled_from(
    ['{"a":1}', '{"x":{"body_text":"y"}}', '{"mail":{"subject":"z"}}', '{"email":[1]}', '{"a":"header Subject: b"}',
     '{"a":", Subject: \\"x\\", Message-ID: <1>"}', '{"a":"body content: z; from=<b>"}', "{}"]
)  # fmt: skip


@given(st.lists(texts))
def test_what_is_not_touched_by_its_text_is_left_as_it_is(raws: list[str]) -> None:
    places = touched([raw.encode() for raw in raws])
    assert places == sorted(places)
    for place, raw in enumerate(raws):
        if place not in places:
            event = Event({"a": 1}, WINDOWS, format="windows_winlogbeat", raw=raw)
            assert redact(event) is event


def test_names_that_are_content_or_may_be_are_not_harmless() -> None:
    assert is_harmless("CommandLine", "windows") and is_harmless("SubjectUserName", "windows")
    for name in ("request_body", "Email.Subject", "x.body_text", "subject"):
        assert not is_harmless(name, "windows")
