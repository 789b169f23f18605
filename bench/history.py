"""A province's quiet history with a few attacks in it, for measuring searches through all of it."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from bench.events import events
from keng.model.event import Event

_SYSTEM = "C:\\Windows\\System32\\"
# Image, name in its version record, parent, command line with {n} for a number.
_QUIET = (
    (f"{_SYSTEM}svchost.exe", "svchost.exe", f"{_SYSTEM}services.exe", f"{_SYSTEM}svchost.exe -k netsvcs -p -s Task{{n}}"),
    (f"{_SYSTEM}cmd.exe", "Cmd.Exe", "C:\\Windows\\explorer.exe", f'"{_SYSTEM}cmd.exe" /d D:\\jobs\\job{{n}}.cmd'),
    (f"{_SYSTEM}conhost.exe", "CONHOST.EXE", f"{_SYSTEM}cmd.exe", "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff"),
    (
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        "chrome.exe",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        '"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" --type=renderer --lang=vi --renderer-client-id={n}',
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
        "WinWord.exe",
        "C:\\Windows\\explorer.exe",
        '"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" /n "D:\\van ban\\cong van {n}.docx"',
    ),
    (f"{_SYSTEM}taskhostw.exe", "taskhostw.exe", f"{_SYSTEM}svchost.exe", "taskhostw.exe"),
    (
        f"{_SYSTEM}SearchProtocolHost.exe",
        "SearchProtocolHost.exe",
        f"{_SYSTEM}SearchIndexer.exe",
        f'"{_SYSTEM}SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe{{n}}_ Global\\UsGthrCtrlFltPipe{{n}} 1',
    ),
)  # fmt: skip
_ATTACKS = (
    (f"{_SYSTEM}cmd.exe", "Cmd.Exe", f"{_SYSTEM}services.exe", "cmd.exe /c whoami /all > C:\\Windows\\Temp\\{n}.txt"),
    (f"{_SYSTEM}vssadmin.exe", "VSSADMIN.EXE", f"{_SYSTEM}cmd.exe", "vssadmin.exe delete shadows /all /quiet"),
    (
        f"{_SYSTEM}rundll32.exe",
        "RUNDLL32.EXE",
        f"{_SYSTEM}cmd.exe",
        "rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump 624 C:\\temp\\{n}.dmp full",
    ),
)  # fmt: skip
ATTACK_EVERY = 20_000
"""One of so many process starts is an attack."""


def history(number: int, start_us: int, step_us: int, seed: int = 1) -> Iterator[Event]:
    """`number` events, `step_us` apart: starts of programs, connections, logons; the same for the same seed."""
    chance = random.Random(seed)
    for event in events(number, start_us, step_us, seed):
        fields = event.fields
        if "OriginalFileName" in fields:
            _start(chance, fields)
        elif "DestinationIp" in fields:
            fields["Image"] = _QUIET[3][0]
            fields["Initiated"] = True
            fields["DestinationPort"] = chance.choice((80, 443))
        elif "TargetUserName" in fields:
            fields["EventID"] = 4625 if chance.random() < 0.01 else 4624
        raw = orjson.dumps({"winlog": {"computer_name": event.host, "event_data": fields}}).decode()
        yield msgspec.structs.replace(event, raw=raw)


def _start(chance: random.Random, fields: dict[str, Any]) -> None:
    attack = chance.random() * ATTACK_EVERY < 1
    image, original, parent, command = chance.choice(_ATTACKS if attack else _QUIET)
    fields["Image"] = image
    fields["OriginalFileName"] = original
    fields["ParentImage"] = parent
    fields["ParentCommandLine"] = parent
    fields["CommandLine"] = command.format(n=chance.randrange(20_000))
    fields["CurrentDirectory"] = _SYSTEM
    fields["Description"] = fields["Product"] = "Windows"
