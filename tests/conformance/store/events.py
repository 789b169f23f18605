"""Events for the tests of stores: small, of several sources and agencies, each with something to be found by."""

from typing import Any

from keng.model.event import Event, LogSource

T0 = 1_790_000_000_000_000  # September 2026
SECOND = 1_000_000
PROCESS = LogSource("windows", "sysmon", ("process_creation",))
LOGON = LogSource("windows", "security")
CONN = LogSource("zeek", "conn", ("firewall",))
PLAIN = LogSource()


def event(n: int, fields: dict[str, Any], logsource: LogSource = PLAIN, **more: Any) -> Event:
    """Event number n: its id, and by default its time and offset, follow from the number."""
    values: dict[str, Any] = {
        "time_us": T0 + n * SECOND,
        "received_us": T0 + n * SECOND + 1000,
        "id": f"{n:032x}",
        "offset": n,
        "agency": "bvdk",
        "source": "bvdk-win",
        "host": "bvdk-ws01",
        "format": "test",
        "raw": "",
    }
    return Event(fields, logsource, **(values | more))


def number(event_id: str) -> int:
    """The number of an event made by `event`."""
    return int(event_id, 16)


EVENTS = [
    event(
        1,
        {
            "EventID": 1,
            "Image": "C:\\Windows\\System32\\cmd.exe",
            "CommandLine": 'cmd.exe /c "whoami /all" & mimikatz.exe',
            "User": "BENHVIEN\\an.nv",
            "ParentImage": "C:\\Program Files\\Microsoft Office\\WINWORD.EXE",
        },
        PROCESS,
    ),
    event(
        2,
        {
            "EventID": 1,
            "Image": "C:\\Tools\\MIMIKATZ.exe",
            "CommandLine": "sekurlsa::logonpasswords 100%_done",
            "User": "BENHVIEN\\admin",
        },
        PROCESS,
        host="BVDK-DC01",
    ),
    event(
        3,
        {
            "EventID": 4625,
            "TargetUserName": "admin",
            "IpAddress": "10.1.2.3",
            "IpPort": "50123",
            "LogonType": 3,
        },
        LOGON,
        host="bvdk-dc01",
    ),
    event(
        4,
        {"id.orig_h": "10.1.2.4", "id.orig_p": 50200, "id.resp_h": "203.0.113.7", "id.resp_p": 443},
        CONN,
        agency="sgd",
        source="sgd-zeek",
        host="sgd-sensor.tinh.vn",
    ),
    event(
        5,
        {
            "id.orig_h": "2001:db8::5",
            "id.resp_h": "203.0.113.7",
            "id.resp_p": 8443,
            "answers": ["a.vn", "b.vn"],
        },
        CONN,
        agency="sgd",
        source="sgd-zeek",
        host="sgd-sensor.tinh.vn",
    ),
    event(
        6,
        {},
        agency="sgd",
        source="sgd-syslog",
        host="sgd-web",
        raw="Đăng nhập thất bại cho NGUYỄN VĂN AN từ 198.51.100.9",
        parsed=False,
    ),
    event(
        7, {"odd name": 'say "hi" (now)', "empty": "", "flag": True, "none": None, "size": 1.5}, agency="ubnd"
    ),
]
