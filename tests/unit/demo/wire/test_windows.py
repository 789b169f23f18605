import json
from collections.abc import Callable

from keng.demo.actions import FileCreated, Process, ScriptBlock, SyslogLine, WindowsEvent
from keng.demo.wire.moment import Moment
from keng.demo.wire.windows import render_windows


def ids(documents: list[bytes]) -> list[str]:
    return [json.loads(document)["winlog"]["event_id"] for document in documents]


def test_a_process_is_seen_by_sysmon_and_by_the_audit(moment: Callable[[str], Moment]) -> None:
    assert ids(render_windows(Process(image="a.exe"), moment("KHENAM-VP-05"))) == ["1", "4688"]


def test_without_sysmon_only_the_audit_sees_it(moment: Callable[[str], Moment]) -> None:
    at = moment("CHUYEN-PHONGMAY-11")
    assert ids(render_windows(Process(image="a.exe"), at)) == ["4688"]
    assert render_windows(FileCreated(image="a.exe", path="b"), at) == []


def test_powershell_logs_the_script(moment: Callable[[str], Moment]) -> None:
    (document,) = render_windows(ScriptBlock(text="{c2_name} { }"), moment("KHENAM-VP-05"))
    assert json.loads(document)["winlog"]["event_data"]["ScriptBlockText"] == "cdn-capnhat.example { }"


def test_any_other_event_can_be_spelled_out(moment: Callable[[str], Moment]) -> None:
    action = WindowsEvent(channel="C", provider="P", id=1102, data={"SubjectUserName": "{user}"})
    (document,) = render_windows(action, moment("KHENAM-VP-05"))
    assert json.loads(document)["winlog"]["event_data"] == {"SubjectUserName": "binh.hv"}


def test_what_windows_cannot_log_leaves_nothing(moment: Callable[[str], Moment]) -> None:
    assert render_windows(SyslogLine(program="p", text="t"), moment("KHENAM-VP-05")) == []
