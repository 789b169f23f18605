"""`keng scan` end to end: files to JSON lines, in a process of its own, beside the parsers alone on the same files.

`python -m bench.scan [MEGABYTES]` scans the EVTX samples and one JSON file of MEGABYTES (default 200) made of the
OTRF samples again and again, with all of SigmaHQ, both from ../shared/data. Prints events, seconds and events/s
(after the rules are loaded), CPU seconds and events a CPU second (the process's, less those of a process that loads
the same rules and reads one event), peak memory, and what orjson or the EVTX parser alone need.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from evtx import PyEvtxParser

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RULES = [SHARED / "sigma" / folder for folder in ("rules", "rules-emerging-threats", "rules-threat-hunting")]
_TOTALS = re.compile(r"([\d\u202f]+) events in ([\d.]+) s")


def otrf_lines() -> Iterator[bytes]:
    """Every line of the zipped JSON samples."""
    for path in sorted((SHARED / "otrf").rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json") and not name.startswith("__MACOSX"):
                    yield from archive.read(name).splitlines(keepends=True)


def large_json(path: Path, size: int) -> None:
    """A JSON-lines file of about `size` bytes."""
    lines = [line if line.endswith(b"\n") else line + b"\n" for line in otrf_lines()]
    block = b"".join(lines)
    with path.open("wb") as out:
        for _ in range(max(size // len(block), 1)):
            out.write(block)


def scan(target: Path, data: Path) -> tuple[int, float, float, int]:
    """Events, seconds as the scan counts them, CPU seconds of the whole process, peak memory in MiB."""
    command = [sys.executable, "-c", "from keng.cli.main import main; main()", "scan", str(target), "--json"]
    for folder in RULES:
        command += ["--rules", str(folder)]
    environment = {**os.environ, "KENG_LANG": "en", "KENG_DATA": str(data), "COLUMNS": "200"}
    with (data / "out").open("wb") as out, (data / "err").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        _pid, status, usage = os.wait4(process.pid, 0)
    whole = usage.ru_utime + usage.ru_stime
    text = (data / "err").read_text()
    found = _TOTALS.search(text)
    if status or not found:
        raise SystemExit(f"the scan failed:\n{text[-2000:]}")
    return int(found[1].replace("\u202f", "")), float(found[2]), whole, usage.ru_maxrss >> 10


def evtx_alone(folder: Path) -> int:
    """Records that the EVTX parser yields as JSON text."""
    return sum(
        1
        for path in folder.rglob("*.evtx")
        for _ in PyEvtxParser(str(path), number_of_threads=1, indent=False).records_json()
    )


def orjson_alone(path: Path) -> int:
    """Lines that orjson reads."""
    number = 0
    with path.open("rb") as file:
        for line in file:
            if len(line) > 2:
                orjson.loads(line)
                number += 1
    return number


def timed(work: Callable[[], int]) -> tuple[int, float]:
    started = time.process_time()
    return work(), time.process_time() - started


def main() -> int:
    """Print the table."""
    if not SHARED.is_dir():
        print("needs ../shared/data beside the project; skipped")
        return 0
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        big = data / "large.json"
        large_json(big, size << 20)
        samples = SHARED / "evtx-attack-samples"
        scan(samples, data)  # compiles and caches the rules
        one = data / "one.json"
        one.write_bytes(next(otrf_lines()))
        ready = min(scan(one, data)[2] for _ in range(2))
        print(f"rules loaded, one event read: {ready:.2f} s CPU")
        print(
            f"{'input':<24}{'events':>8}{'seconds':>9}{'events/s':>10}{'CPU s':>8}{'events/CPU s':>14}"
            f"{'peak MiB':>10}{'parser alone':>14}"
        )
        rows: list[tuple[str, Path, Callable[[], int]]] = [
            ("EVTX samples", samples, lambda: evtx_alone(samples)),
            (f"JSON lines, {big.stat().st_size >> 20} MiB", big, lambda: orjson_alone(big)),
        ]
        for name, target, alone in rows:
            events, seconds, whole, peak = scan(target, data)
            _count, parser = timed(alone)
            rate = int(events / seconds) if seconds else 0
            spent = max(whole - ready, 0.001)
            print(
                f"{name:<24}{events:>8}{seconds:>9.2f}{rate:>10}{spent:>8.2f}{int(events / spent):>14}"
                f"{peak:>10}{parser:>13.2f}s",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
