from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kept import hot_columns

from keng.model.event import Event, LogSource
from keng.model.hot_columns import HotColumns
from keng.normalise.ocsf import SOURCES

PROCESS = LogSource("windows", "sysmon", ("process_creation",))
LOGON = LogSource("windows", "security")


def hot(logsource: LogSource, **fields: object) -> HotColumns:
    return hot_columns(
        Event({name.replace("__", ".").replace("_minus_", "-"): v for name, v in fields.items()}, logsource)
    )


def test_every_text_column_has_its_sources() -> None:
    assert tuple(SOURCES) == HotColumns._fields[3:]


def test_no_field_feeds_two_columns() -> None:
    names = [name for fields in SOURCES.values() for name in fields]
    assert len(names) == len(set(names))


def test_a_process() -> None:
    got = hot(
        PROCESS,
        EventID=1,
        Image="C:\\a.exe",
        CommandLine="a -b",
        User="D\\an",
        ParentImage="C:\\p.exe",
        Hashes="MD5=1",
    )
    assert got == HotColumns(1007, 1, 0, "1", "D\\an", "C:\\a.exe", "a -b", "C:\\p.exe", hash="MD5=1")


def test_a_process_of_the_security_log() -> None:
    source = LogSource("windows", "security", ("process_creation",))
    got = hot(
        source,
        EventID=4688,
        NewProcessName="C:\\a.exe",
        SubjectUserName="an",
        TargetUserName="-",
        ParentProcessName="p",
    )
    assert (got.class_uid, got.process, got.user, got.parent) == (1007, "C:\\a.exe", "an", "p")


@pytest.mark.parametrize(("code", "status"), [(4624, 1), (4625, 2)])
def test_a_logon_is_of_the_account_that_logs_on(code: int, status: int) -> None:
    got = hot(
        LOGON, EventID=code, SubjectUserName="PC$", TargetUserName="an", IpAddress="10.0.0.1", IpPort="50000"
    )
    assert (got.class_uid, got.activity_id, got.status_id) == (3002, 1, status)
    assert (got.user, got.src_ip, got.src_port) == ("an", "10.0.0.1", 50000)


def test_zeek_suricata_and_web() -> None:
    zeek = hot(
        LogSource("zeek", "dns", ("dns",)),
        id__orig_h="10.0.0.1",
        id__orig_p=5,
        id__resp_h="8.8.8.8",
        id__resp_p=53,
        query="evil.vn",
    )
    assert zeek[:3] == (4003, 6, 0)
    assert (zeek.src_ip, zeek.dst_ip, zeek.dst_port, zeek.domain) == ("10.0.0.1", "8.8.8.8", 53, "evil.vn")
    eve = hot(
        LogSource("suricata", "alert"), event_type="alert", src_ip="1.1.1.1", dest_ip="2.2.2.2", dest_port=80
    )
    assert (eve.class_uid, eve.code, eve.src_ip, eve.dst_ip, eve.dst_port) == (
        2004,
        "alert",
        "1.1.1.1",
        "2.2.2.2",
        80,
    )
    fields = {"c-ip": "1.1.1.1", "cs-method": "POST", "c-uri": "/a?b", "sc-status": 404, "cs-username": "-"}
    web = hot_columns(Event(fields, LogSource("", "", ("webserver",))))
    assert (web.class_uid, web.activity_id, web.src_ip, web.url, web.code, web.user) == (
        4002,
        6,
        "1.1.1.1",
        "/a?b",
        "404",
        "",
    )


def test_a_syslog_logon() -> None:
    got = hot(
        LogSource("linux", "sshd"),
        User="root",
        src_ip="1.1.1.1",
        src_port=22,
        outcome="failure",
        program="sshd",
    )
    assert (got.class_uid, got.status_id, got.user, got.process) == (3002, 2, "root", "sshd")


@pytest.mark.parametrize("value", [None, "", "-", "(null)", []])
def test_what_says_nothing_leaves_room_for_the_next_field(value: object) -> None:
    assert hot(PROCESS, TargetUserName=value, SubjectUserName="an").user == "an"


@pytest.mark.parametrize("value", ["http", "-1", "65536", "99999999999", 70000, True, 1.5, "٣"])
def test_a_port_that_is_none_is_0(value: object) -> None:
    assert hot(PROCESS, DestinationPort=value).dst_port == 0


def test_an_event_s_own_class_goes_first() -> None:
    assert hot_columns(Event({}, PROCESS, class_uid=42)).class_uid == 42


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.lists(st.none())
)
NAMES = st.sampled_from([name for fields in SOURCES.values() for name in fields])


@given(st.dictionaries(NAMES, VALUES))
def test_any_values_give_texts_and_ports(fields: dict[str, object]) -> None:
    got = hot_columns(Event(fields, LOGON))
    for value, default in zip(got, HotColumns(), strict=True):
        assert type(value) is type(default)
    assert 0 <= got.src_port <= 65535


@pytest.mark.shared
def test_real_attacks_have_their_process_and_user(shared_data: Path) -> None:
    import json

    from evtx import PyEvtxParser

    from keng.normalise.windows import windows_event

    full = total = 0
    for path in sorted((shared_data / "evtx-attack-samples").rglob("*.evtx"))[:60]:
        for record in PyEvtxParser(str(path)).records_json():
            fields, logsource, time_us, host = windows_event(json.loads(record["data"]))[:4]
            if "process_creation" in logsource.categories:
                got = hot_columns(Event(fields, logsource, time_us, host))
                total += 1
                full += bool(got.process and got.user and got.class_uid == 1007)
    assert total > 20
    assert full / total > 0.98
