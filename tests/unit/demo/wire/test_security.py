import json
from collections.abc import Callable

import pytest

from keng.demo.actions import (
    Action,
    KerberosTicket,
    Logoff,
    Logon,
    LogonFailed,
    Process,
    ServiceInstalled,
    ShareAccess,
    TaskCreated,
)
from keng.demo.wire import security
from keng.demo.wire.moment import Moment
from keng.demo.wire.windows import render_windows


@pytest.mark.parametrize(
    ("action", "events"),
    [
        (Logon(type=10, user="a", address="10.0.0.1", admin=True), {"4624": {"LogonType": "10"}, "4672": {}}),
        (Logon(type=3, user="a"), {"4624": {"SubjectLogonId": "0x0", "TargetUserName": "a"}}),
        (LogonFailed(user="X\\a", type=10), {"4625": {"TargetDomainName": "X", "Status": "0xc000006d"}}),
        (Logoff(user="a"), {"4634": {"TargetUserName": "a"}}),
        (KerberosTicket(user="a", address="10.0.0.1"), {"4768": {"ServiceName": "krbtgt"}}),
        (KerberosTicket(user="a", address="10.0.0.1", service="s$"), {"4769": {"ServiceName": "s$"}}),
        (
            ShareAccess(user="a", address="10.0.0.1", share="ADMIN$", file="x.exe"),
            {"5140": {"ShareName": "\\\\*\\ADMIN$"}, "5145": {"RelativeTargetName": "x.exe"}},
        ),
        (
            ServiceInstalled(name="S", path="C:\\s.exe"),
            {"7045": {"ImagePath": "C:\\s.exe"}, "4697": {"ServiceFileName": "C:\\s.exe"}},
        ),
    ],
)
def test_each_action_leaves_its_events(
    moment: Callable[[str], Moment], action: Action, events: dict[str, dict[str, str]]
) -> None:
    documents = [json.loads(document) for document in render_windows(action, moment("BVDK-HIS01"))]
    assert [document["winlog"]["event_id"] for document in documents] == list(events)
    for document, fields in zip(documents, events.values(), strict=True):
        assert document["winlog"]["event_data"].items() >= fields.items()


def test_the_audit_of_a_process_has_the_command_line(moment: Callable[[str], Moment]) -> None:
    action = Process(image="a.exe", user="a", integrity="High")
    (document,) = security.process_created(action, moment("BVDK-HIS01"), "a.exe", "a.exe /all")
    data = json.loads(document)["winlog"]["event_data"]
    assert data["CommandLine"] == "a.exe /all"
    assert data["MandatoryLabel"] == "S-1-16-12288"


def test_a_task_s_xml_is_escaped(moment: Callable[[str], Moment]) -> None:
    action = TaskCreated(name="\\T", command="a.exe", arguments="<x> & y")
    (document,) = security.task_created(action, moment("BVDK-HIS01"))
    assert "&lt;x&gt; &amp; y" in json.loads(document)["winlog"]["event_data"]["TaskContent"]
