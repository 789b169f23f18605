"""Records for measuring the engine: attack samples with variation, real flat events, and a quiet mix.

Each function gives raw records (bytes) as they arrive, never the same twice: identifiers, times, process ids, users
and arguments differ as they do in real logs. The same seed gives the same records.
"""

import random
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import evtx
import orjson

from keng.demo.generate import Generator
from keng.demo.province import DemoData, read_demo
from keng.detect.sigma import RuleSet, load_rules

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
RULE_FOLDERS = [
    SHARED / "sigma" / folder for folder in ("rules", "rules-emerging-threats", "rules-threat-hunting")
]
_MIX_START_US = 1_790_000_000_000_000
_START = datetime(2025, 11, 10, 1, tzinfo=UTC)
_PIDS = ("ProcessId", "ParentProcessId", "SourceProcessId", "TargetProcessId")
_USERS = ("User", "SubjectUserName", "TargetUserName")


def all_rules(cache: Path | None) -> RuleSet:
    """All of SigmaHQ."""
    return load_rules(RULE_FOLDERS, cache)


def attack_samples() -> list[bytes]:
    """Every event of the EVTX samples as JSON."""
    lines: list[bytes] = []
    for folder in ("evtx-attack-samples", "sigma/regression_data"):
        for path in sorted((SHARED / folder).rglob("*.evtx")):
            records = evtx.PyEvtxParser(str(path)).records_json()
            lines.extend(record["data"].encode() for record in records if record is not None)
    return lines


def varied(lines: Sequence[bytes], seed: int = 1) -> Iterator[bytes]:
    """The lines again and again in any order, each time with other ids, times, hosts, users and arguments.

    Every GUID, process id, record number and time is new, half of the users, and every third command line. Time
    goes on by 10 ms an event.
    """
    chance = random.Random(seed)
    records = [orjson.loads(line) for line in lines]
    moment = _START
    while True:
        event = chance.choice(records)["Event"]
        moment += timedelta(microseconds=chance.randrange(20_000))
        system = dict(
            event["System"], EventRecordID=chance.randrange(1 << 24), Computer=f"PC{chance.randrange(300):03}"
        )
        if isinstance(created := system.get("TimeCreated"), dict):
            system["TimeCreated"] = {
                "#attributes": {**created["#attributes"], "SystemTime": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"}
            }
        data = event.get("EventData")
        if isinstance(data, dict):
            data = {name: _other(name, value, chance, moment) for name, value in data.items()}
        yield orjson.dumps({"Event": {**event, "System": system, "EventData": data}})


def _other(name: str, value: Any, chance: random.Random, moment: datetime) -> Any:
    if name.endswith("Guid"):
        return f"747F3D96-{chance.randrange(1 << 16):04X}-5F88-0000-{chance.randrange(1 << 40):012X}"
    if name in _PIDS:
        return chance.randrange(4, 30_000)
    if name == "UtcTime":
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"[:23]
    if name in _USERS and chance.random() < 0.5:
        return f"PROVINCE\\user{chance.randrange(500)}"
    if name == "CommandLine" and isinstance(value, str) and chance.random() < 0.33:
        return f"{value} {chance.randrange(1 << 32):x}"
    return value


def flat_samples() -> Iterator[bytes]:
    """Every line of the zipped OTRF samples, as recorded."""
    for path in sorted((SHARED / "otrf").rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json") and not name.startswith("__MACOSX"):
                    yield from filter(None, map(bytes.strip, archive.read(name).splitlines()))


def shuffled(lines: Sequence[bytes], seed: int = 1) -> list[bytes]:
    """The lines in another order, the same for the same seed."""
    out = list(lines)
    random.Random(seed).shuffle(out)
    return out


def quiet_mix(count: int, seed: int = 1) -> list[bytes]:
    """An ordinary hour of the demo's province: Windows, Linux, Zeek, web, firewall, Suricata; no attack."""
    demo = read_demo(ROOT / "packs" / "vn" / "demo")
    assert isinstance(demo, DemoData), demo
    generator = Generator(demo.province, seed, 2_000.0)
    wires = generator.history(_MIX_START_US, _MIX_START_US + 3_600_000_000)
    return [wire.data for wire in islice(wires, count)]
