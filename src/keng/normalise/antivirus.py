"""Findings of endpoint protection that come as JSON, or as Symantec's text: Signature, Filename, Hashes, User, action.

ESET PROTECT       {"event_type": "Threat_Event", "threat_name", "object_uri", "action_taken", …}
Sophos Central     {"type": "Event::Endpoint::Threat::Detected", "threat" or "name", "location", …}
SentinelOne        {"threatInfo": {"threatName", "filePath", …}, "agentRealtimeInfo": {"agentComputerName"}}
CrowdStrike        {"metadata": {"eventType": "DetectionSummaryEvent"}, "event": {"DetectName", "FileName", …}}
Symantec           Virus found,…,Risk name: EICAR,…,File path: C:\\a.exe,…,Actual action: Cleaned,…
"""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

SOURCE = LogSource("", "", ("antivirus",))
SYMANTEC = frozenset(("symantecserver", "symantec", "semsrv"))
"""Syslog programs that Symantec Endpoint Protection Manager writes as."""

_NAMES = (
    ("threat_name", "Signature"), ("threat", "Signature"), ("threatInfo.threatName", "Signature"),
    ("event.DetectName", "Signature"), ("object_uri", "Filename"), ("threatInfo.filePath", "Filename"),
    ("appSha256", "Hashes"), ("hash", "Hashes"), ("threatInfo.sha1", "Hashes"), ("event.SHA256String", "Hashes"),
    ("username", "User"), ("threatInfo.processUser", "User"), ("event.UserName", "User"), ("source", "User"),
    ("action_taken", "action"), ("threatInfo.mitigationStatus", "action"), ("ipv4", "src_ip"), ("processname", "Image"),
    ("event.CommandLine", "CommandLine"), ("source_info.ip", "src_ip"), ("event.LocalIP", "src_ip"),
)  # fmt: skip
_HOSTS = (
    "hostname", "location", "agentRealtimeInfo.agentComputerName", "agentDetectionInfo.agentComputerName", "event.ComputerName",
    "event.Hostname",
)  # fmt: skip
_TIMES = (
    "occured",
    "occurred",
    "when",
    "created_at",
    "threatInfo.identifiedAt",
    "metadata.eventCreationTime",
    "timestamp",
)
_NAMED = re.compile(r"'([^'\n]{1,256})'(?: (?:at|in) '([^'\n]{1,2048})')?")
_PAIR = re.compile(r"(?:^|,)([A-Z][A-Za-z ]{2,40}): ?([^,\n]{0,1024})")
_SYMANTEC = (
    ("Risk name", "Signature"), ("File path", "Filename"), ("Actual action", "action"), ("User", "User"), ("User Name", "User"),
    ("IP Address", "src_ip"), ("Computer name", "Computer"), ("Computer", "Computer"), ("Application hash", "Hashes"),
)  # fmt: skip


def antivirus_parts(record: dict[str, Any]) -> Parts:
    """One finding in JSON."""
    fields = flatten(record)
    sender = str(fields.pop("@host", "") or "")
    fields.update(renamed(fields, _NAMES))
    folder, file = fields.get("event.FilePath"), fields.get("event.FileName")
    if file:
        fields["Filename"] = f"{str(folder).rstrip(chr(92))}\\{file}" if folder else file
    if isinstance(uri := fields.get("Filename"), str) and uri.startswith("file:///"):
        # file:///C:/a.exe, file:///srv/a
        fields["Filename"] = uri[8:].replace("/", "\\") if uri[9:10] == ":" else uri[7:]
    if isinstance(said := fields.get("name"), str) and (named := _NAMED.search(said)):
        fields.setdefault("Signature", named[1])
        if named[2]:
            fields.setdefault("Filename", named[2])
    host = next((fields[name] for name in _HOSTS if isinstance(fields.get(name), str)), "") or sender
    time = next(
        (us for name in _TIMES if (us := epoch_us(fields.get(name)) or device_us(str(fields.get(name, ""))))),
        0,
    )
    return Parts(fields, SOURCE, time, host)


def symantec_fields(message: str) -> dict[str, Any] | None:
    """What a message of Symantec's manager says of a finding; None for its other messages."""
    if "Risk name: " not in message[:4096]:
        return None
    return renamed(dict(_PAIR.findall(message[:8192])), _SYMANTEC)
