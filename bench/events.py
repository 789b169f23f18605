"""Made-up events for measuring the store: Windows process starts, connections and logons of a province, 1.1 KB of raw each."""

import random
from collections.abc import Iterator
from typing import Any

import orjson

from keng.model.event import Event, LogSource

NEEDLE = "kim-trong-dong-rom"  # stands in one event of a million
_PROCESS = LogSource("windows", "sysmon", ("process_creation",))
_CONNECTION = LogSource("windows", "sysmon", ("network_connection",))
_LOGON = LogSource("windows", "security", ())
_AGENCIES = ("bvdk", "sgd", "syt", "sotc", "ubnd", "htcd", "sxd", "stp", "snn", "skhcn", "thpt", "ttyt")
_HOSTS = [f"{agency}-{kind}{n:02d}" for agency in _AGENCIES for kind in ("ws", "dc", "fs") for n in range(10)]
_USERS = [
    f"{a}.{b}"
    for a in ("an", "binh", "cuong", "dung", "giang", "hoa", "khanh", "lan")
    for b in ("nv", "tt", "lh", "pq")
]
_IMAGES = [
    "C:\\Windows\\System32\\svchost.exe",
    "C:\\Windows\\System32\\cmd.exe",
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Windows\\explorer.exe",
    "C:\\Windows\\System32\\rundll32.exe",
    "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
]


def events(number: int, start_us: int, step_us: int, seed: int = 1) -> Iterator[Event]:
    """`number` events, `step_us` apart; the same for the same seed."""
    rng = random.Random(seed)
    hashes = {
        image: f"MD5={rng.getrandbits(128):032x},SHA256={rng.getrandbits(256):064x}" for image in _IMAGES
    }
    sessions = {user: (_guid(rng), f"0x{rng.getrandbits(24):x}") for user in _USERS}
    parents = [_guid(rng) for _ in range(3000)]
    for n in range(number):
        host, user, image = rng.choice(_HOSTS), rng.choice(_USERS), rng.choice(_IMAGES)
        kind = rng.random()
        if kind < 0.6:
            logsource, fields = _PROCESS, _process(rng, n, user, image, hashes, sessions, parents)
        elif kind < 0.85:
            logsource, fields = _CONNECTION, _connection(rng, user, image)
        else:
            logsource, fields = _LOGON, _logon(rng, host, user)
        fields["Computer"] = host
        time_us = start_us + n * step_us
        raw = orjson.dumps(
            {
                "@timestamp": time_us,
                "host": {"name": host},
                "agent": {"type": "winlogbeat", "version": "8.15.0", "id": "0b5c7a9e"},
                "winlog": {"computer_name": host, "record_id": n, "event_data": fields},
            }
        ).decode()
        agency = host.partition("-")[0]
        yield Event(
            fields,
            logsource,
            time_us=time_us,
            host=host,
            format="windows_winlogbeat",
            raw=raw,
            id=f"{rng.getrandbits(128):032x}",
            agency=agency,
            source=agency + "-win",
            received_us=time_us + 100_000,
            offset=n // 500,
        )


def _guid(rng: random.Random) -> str:
    """In the form that Windows writes, and all of it chance: a real one has parts that repeat, so this is the harder case."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{{{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}}}"


def _process(
    rng: random.Random, n: int, user: str, image: str, hashes: Any, sessions: Any, parents: list[str]
) -> dict[str, Any]:
    needle = f" {NEEDLE}" if n % 1_000_000 == 77_777 else ""
    return {
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "RuleName": "-",
        "ProcessGuid": _guid(rng),
        "ProcessId": rng.randrange(1, 65000),
        "Image": image,
        "FileVersion": "10.0.19041.1",
        "Description": "Windows Command Processor",
        "Product": "Microsoft Windows",
        "Company": "Microsoft",
        "OriginalFileName": "Cmd.Exe",
        "CommandLine": f"{image} /c task{rng.randrange(100_000)} -k netsvcs{needle}",
        "CurrentDirectory": f"C:\\Users\\{user}\\",
        "User": f"TINH\\{user}",
        "LogonGuid": sessions[user][0],
        "LogonId": sessions[user][1],
        "TerminalSessionId": 1,
        "IntegrityLevel": "Medium",
        "Hashes": hashes[image],
        "ParentProcessGuid": rng.choice(parents),
        "ParentProcessId": rng.randrange(65000),
        "ParentImage": rng.choice(_IMAGES),
        "ParentCommandLine": rng.choice(_IMAGES),
    }


def _connection(rng: random.Random, user: str, image: str) -> dict[str, Any]:
    return {
        "EventID": 3,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "ProcessGuid": _guid(rng),
        "ProcessId": rng.randrange(1, 65000),
        "Image": image,
        "User": f"TINH\\{user}",
        "Protocol": "tcp",
        "Initiated": True,
        "SourceIp": f"10.{rng.randrange(8)}.{rng.randrange(256)}.{rng.randrange(256)}",
        "SourcePort": rng.randrange(1024, 65535),
        "DestinationIp": f"{rng.randrange(1, 223)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}",
        "DestinationPort": rng.choice((80, 443, 445, 53, 3389)),
    }


def _logon(rng: random.Random, host: str, user: str) -> dict[str, Any]:
    return {
        "EventID": rng.choice((4624, 4625)),
        "Channel": "Security",
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
        "SubjectUserSid": "S-1-5-18",
        "SubjectUserName": host + "$",
        "TargetUserName": user,
        "TargetDomainName": "TINH",
        "LogonType": rng.choice((2, 3, 10)),
        "IpAddress": f"10.{rng.randrange(8)}.{rng.randrange(256)}.{rng.randrange(256)}",
        "IpPort": rng.randrange(65535),
        "WorkstationName": host,
        "LogonProcessName": "NtLmSsp",
    }
