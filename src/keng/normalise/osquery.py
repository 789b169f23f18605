"""osquery's results: each column under its name; process and file events also under Sigma's names.

process_events, bpf_process_events, es_process_events    process_creation of linux (es_…: macos)
file_events, es_process_file_events                      file_event
Told by the query's name, or by the columns (path, cmdline; target_path, action).
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

_PROCESS = (
    ("path", "Image"), ("cmdline", "CommandLine"), ("parent_path", "ParentImage"), ("parent_cmdline", "ParentCommandLine"),
    ("cwd", "CurrentDirectory"), ("pid", "ProcessId"), ("parent", "ParentProcessId"), ("username", "User"), ("uid", "User"),
)  # fmt: skip
_FILE = (
    ("target_path", "TargetFilename"),
    ("filename", "TargetFilename"),
    ("path", "Image"),
    ("sha256", "Hashes"),
)


def osquery_parts(record: dict[str, Any]) -> Parts:
    """One result, or one row of a snapshot."""
    columns = record.get("columns")
    row = columns if isinstance(columns, dict) else {}
    fields = flatten({name: value for name, value in record.items() if name not in ("columns", "@host")})
    fields.update(flatten(row))
    name = str(record.get("name", "")).casefold()
    product = (
        "macos" if "es_process" in name or ("platform" in row and row["platform"] == "darwin") else "linux"
    )
    categories: tuple[str, ...] = ()
    if "cmdline" in row and "path" in row:
        categories = ("process_creation",)
        fields.update(renamed(row, _PROCESS))
    elif "target_path" in row or "file_events" in name:
        categories = ("file_event",)
        fields.update(renamed(row, _FILE))
    host = str(record.get("hostIdentifier") or record.get("@host") or "")
    source = LogSource(product, "osquery", categories) if categories else LogSource("", "osquery")
    return Parts(fields, source, epoch_us(record.get("unixTime")), host)
