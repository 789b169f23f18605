"""Falco's alerts: `rule`, `priority`, `output` and the output fields under their own names (proc.cmdline, fd.name, …).

Beside them Sigma's Image, CommandLine, ParentImage, ParentCommandLine, ProcessId, User, src_ip, dst_ip, dst_port. Where the
kernel's event that raised the alert started a program, the category is process_creation; else the alert stands for itself.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

_NAMES = (
    ("proc.exepath", "Image"), ("proc.exe", "Image"), ("proc.cmdline", "CommandLine"), ("proc.pexepath", "ParentImage"),
    ("proc.pcmdline", "ParentCommandLine"), ("proc.pid", "ProcessId"), ("proc.ppid", "ParentProcessId"),
    ("proc.cwd", "CurrentDirectory"), ("user.name", "User"), ("ka.user.name", "User"), ("fd.sip", "dst_ip"),
    ("fd.sport", "dst_port"), ("fd.cip", "src_ip"), ("fd.cport", "src_port"),
)  # fmt: skip
_STARTS = ("execve", "execveat")


def falco_parts(record: dict[str, Any]) -> Parts:
    """One alert."""
    fields = flatten(
        {name: value for name, value in record.items() if name not in ("output_fields", "@host")}
    )
    inner = record.get("output_fields")
    own = flatten(inner) if isinstance(inner, dict) else {}
    for name, value in own.items():
        fields.setdefault(name, value)
    fields.update(renamed(own, _NAMES))
    started = own.get("evt.type") in _STARTS and "CommandLine" in fields
    source = LogSource("linux", "falco", ("process_creation",) if started else ())
    host = str(record.get("hostname") or record.get("@host") or "")
    return Parts(fields, source, epoch_us(record.get("time")) or epoch_us(own.get("evt.time")), host)
