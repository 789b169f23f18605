import json
from pathlib import Path

import pytest

from keng.model.event import Event, LogSource
from keng.normalise.content import ALLOWED, CONTENT, CONTENT_OF
from keng.normalise.privacy import MASK, REMOVED, redact

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
