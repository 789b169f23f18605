import json
from collections.abc import Callable
from typing import Any

import pytest

from keng.demo.actions import (
    Action,
    DnsQuery,
    FileCreated,
    ImageLoad,
    Network,
    Process,
    ProcessAccess,
    RegistrySet,
)
from keng.demo.wire import sysmon
from keng.demo.wire.moment import Moment
from keng.demo.wire.windows import render_windows


def data_of(document: bytes) -> dict[str, Any]:
    event_data: dict[str, Any] = json.loads(document)["winlog"]["event_data"]
    return event_data


@pytest.mark.parametrize(
    ("action", "event_id", "fields"),
    [
        (
            Network(image="a.exe", address="{c2}", port=80),
            3,
            {"DestinationIp": "203.0.113.66", "Initiated": "true"},
        ),
        (
            ImageLoad(image="a.exe", library="b.dll", signed=False),
            7,
            {"ImageLoaded": "b.dll", "Signed": "false"},
        ),
        (ProcessAccess(image="a.exe", target="lsass.exe", access="0x1410"), 10, {"GrantedAccess": "0x1410"}),
        (
            FileCreated(image="a.exe", path="{profile}\\x"),
            11,
            {"TargetFilename": "C:\\Users\\Hoàng Văn Bình\\x"},
        ),
        (
            RegistrySet(image="a.exe", key="HKLM\\x", details="y"),
            13,
            {"TargetObject": "HKLM\\x", "Details": "y"},
        ),
        (DnsQuery(image="a.exe", name="{c2_name}", answer="{c2}"), 22, {"QueryName": "cdn-capnhat.example"}),
    ],
)
def test_each_sysmon_event_has_its_fields(
    moment: Callable[[str], Moment], action: Action, event_id: int, fields: dict[str, str]
) -> None:
    (document,) = render_windows(action, moment("KHENAM-VP-05"))
    assert json.loads(document)["winlog"]["event_id"] == str(event_id)
    assert data_of(document).items() >= fields.items()


def test_a_child_names_its_parent_s_process(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    (parent,) = sysmon.process_create(Process(image="p.exe"), at, "p.exe", "p.exe")
    (child,) = sysmon.process_create(Process(image="c.exe", parent="p.exe"), at, "c.exe", "c.exe")
    assert data_of(child)["ParentProcessGuid"] == data_of(parent)["ProcessGuid"]
    assert data_of(child)["ParentProcessId"] == data_of(parent)["ProcessId"]


def test_accounts_carry_their_domain(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    assert sysmon.account(at, "{user}") == "KHENAM\\binh.hv"
    assert sysmon.account(at, "SYSTEM") == "NT AUTHORITY\\SYSTEM"
    assert sysmon.account(at, "OTHER\\x") == "OTHER\\x"
