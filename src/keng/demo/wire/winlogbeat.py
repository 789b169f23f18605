"""The envelope that Winlogbeat 8 sends: ECS with the event under `winlog`."""

from collections.abc import Mapping

import msgspec

from keng.demo.wire.moment import Moment

_encode = msgspec.json.Encoder().encode
SYSMON = "Microsoft-Windows-Sysmon"
SYSMON_CHANNEL = "Microsoft-Windows-Sysmon/Operational"
AUDITING = "Microsoft-Windows-Security-Auditing"
POWERSHELL = "Microsoft-Windows-PowerShell"
POWERSHELL_CHANNEL = "Microsoft-Windows-PowerShell/Operational"
_AUDIT_FAILURES = frozenset({4625, 4771})


def winlogbeat(
    moment: Moment,
    channel: str,
    provider: str,
    event_id: int,
    data: Mapping[str, str],
    task: str = "",
    message: str = "",
) -> bytes:
    """One document as JSON. data: the event's own fields, texts as in Winlogbeat."""
    host = moment.host
    failed = event_id in _AUDIT_FAILURES
    body = message or "\n".join(f"{name}: {value}" for name, value in data.items())
    return _encode(
        {
            "@timestamp": moment.iso,
            "agent": {"type": "winlogbeat", "version": "8.15.3", "name": host.name},
            "ecs": {"version": "8.0.0"},
            "host": {"name": host.fqdn, "hostname": host.name, "ip": [host.ip], "os": {"type": "windows"}},
            "event": {
                "code": str(event_id),
                "kind": "event",
                "provider": provider,
                "action": task or str(event_id),
                "outcome": "failure" if failed else "success",
            },
            "log": {"level": "information"},
            "message": f"{task or provider}:\n{body}",
            "winlog": {
                "api": "wineventlog",
                "channel": channel,
                "provider_name": provider,
                "event_id": str(event_id),
                "record_id": next(moment.memory.records),
                "computer_name": host.fqdn,
                "task": task,
                "opcode": "Info",
                "keywords": ["Audit Failure" if failed else "Audit Success"] if provider == AUDITING else [],
                "process": {"pid": 4, "thread": {"id": moment.random.randrange(100, 9000)}},
                "event_data": data,
            },
        }
    )
