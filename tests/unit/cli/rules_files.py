"""A rule, events and a sample on disk, for the commands of the bench."""

from pathlib import Path

import orjson

RULE_ID = "11111111-1111-4111-8111-111111111111"
RULE = f"""
title: Shadow copies deleted
id: {RULE_ID}
tags: [attack.t1490]
logsource: {{product: windows, category: process_creation}}
detection:
  s: {{CommandLine|contains|all: [delete, shadows]}}
  backup: {{User: backup}}
  condition: s and not backup
level: high
"""
SOURCE = {"product": "windows", "service": "sysmon", "categories": ["process_creation"]}


def rule_file(folder: Path) -> str:
    path = folder / "rule.yml"
    path.write_text(RULE)
    return str(path)


def event_file(folder: Path, **fields: object) -> str:
    path = folder / "event.json"
    path.write_bytes(orjson.dumps({"logsource": SOURCE, "event": fields}))
    return str(path)


def log_file(folder: Path, **data: object) -> str:
    system = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}}, "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "PC1",
        "TimeCreated": {"#attributes": {"SystemTime": "2026-01-01T10:00:00Z"}},
    }  # fmt: skip
    path = folder / "log.jsonl"
    path.write_bytes(orjson.dumps({"Event": {"System": system, "EventData": data}}) + b"\n")
    return str(path)


def sample_file(folder: Path, match: dict[str, object], no_match: dict[str, object]) -> str:
    path = folder / "sample.json"
    value = {
        "rule": RULE_ID, "match": [{"logsource": SOURCE, "event": match}],
        "no_match": [{"logsource": SOURCE, "event": no_match}],
    }  # fmt: skip
    path.write_bytes(orjson.dumps(value))
    return str(path)
