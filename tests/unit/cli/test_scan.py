"""`keng scan` as a person starts it: a process of its own, real files."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest
from tests.evtx_writer import evtx_file, sysmon_start

RULE = """
title: Encoded command
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
tags: [attack.execution]
logsource: {category: process_creation, product: windows}
detection: {selection: {CommandLine|contains: ' -enc '}, condition: selection}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rule.yml").write_text(RULE)
    logs = tmp_path / "logs"
    logs.mkdir()
    evtx = evtx_file([sysmon_start(n, command="p -enc A" if n == 2 else "cmd") for n in range(4)], first=10)
    (logs / "a.evtx").write_bytes(evtx)
    line = b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","CommandLine":"q -enc B"}\n'
    (logs / "b.json.gz").write_bytes(gzip.compress(b"{broken\n" + line))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("in/c.json", b"[" + line + b"," + line + b"]")
    (logs / "c.zip").write_bytes(out.getvalue())
    (logs / "cut.gz").write_bytes(gzip.compress(line * 1000)[:60])
    (logs / "empty").write_bytes(b"")
    return tmp_path


def keng(place: Path, *arguments: str, lang: str = "en") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "KENG_LANG": lang, "KENG_DATA": str(place / "data")}
    code = "from keng.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "scan", *arguments], cwd=place, env=env, capture_output=True, timeout=120
    )


def test_json_lines_name_each_file_and_record(place: Path) -> None:
    done = keng(place, "logs", "--rules", "rule.yml", "--json")
    assert done.returncode == 0, done.stderr
    found = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [(each["file"], each["record"]) for each in found if each["file"] != "logs/cut.gz"] == [
        ("logs/a.evtx", 12),
        ("logs/b.json.gz", 2),
        ("logs/c.zip!in/c.json", 1),
        ("logs/c.zip!in/c.json", 2),
    ]
    assert found[0]["matched"] == {"CommandLine": "p -enc A"} and found[0]["time"].endswith("Z")
    for place_of_damage in (b"logs/b.json.gz (line 1)", b"logs/cut.gz (byte 60)", b"logs/empty (byte 0)"):
        assert place_of_damage in done.stderr
    assert b"\x1b" not in done.stderr


def test_the_summary_and_both_reports(place: Path) -> None:
    done = keng(place, "logs/a.evtx", "-r", "rule.yml", "--csv", "o.csv", "--html", "o.html", "--lang", "vi")
    assert done.returncode == 0, done.stderr
    assert "Theo mức độ nghiêm trọng" in done.stdout.decode()
    assert '<html lang="vi">' in (place / "o.html").read_text()
    assert "p -enc A" in (place / "o.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["absent", "--rules", "rule.yml"], 1),
        (["logs", "--rules", "absent"], 1),
        (["logs/empty", "--rules", "rule.yml"], 1),
        (["logs", "--rules", "rule.yml", "--level", "huge"], 2),
        (["logs", "--rules", "rule.yml", "--lang", "fr"], 2),
        (["logs", "--rules", "rule.yml", "--time-zone", "Mars"], 2),
        ([], 2),
    ],
)
def test_exit_codes_tell_failure_from_wrong_usage(place: Path, arguments: list[str], code: int) -> None:
    done = keng(place, *arguments)
    assert done.returncode == code and (done.stderr or done.stdout)
    assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(place: Path) -> None:
    (place / "big.json").write_bytes(
        b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","CommandLine":"q -enc B"}\n' * 20_000
    )
    code = "from keng.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "scan", "big.json", "--rules", "rule.yml", "--json"],
        cwd=place, env={**os.environ, "KENG_DATA": str(place / "data")}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(60) == 0, errors
    assert b"Traceback" not in errors and b"BrokenPipe" not in errors


def test_more_processes_find_the_same_and_end_with_the_scan(place: Path) -> None:
    line = b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"x","CommandLine":"%s","n":%d}\n'
    (place / "logs" / "big.json").write_bytes(
        b"".join(line % (b"q -enc B" if number % 97 == 0 else b"cmd", number) for number in range(9000))
    )
    one = keng(place, "logs", "--rules", "rule.yml", "--json", "--jobs", "1")
    many = keng(place, "logs", "--rules", "rule.yml", "--json", "--jobs", "4")
    assert one.returncode == many.returncode == 0
    assert one.stdout == many.stdout and one.stdout.count(b"\n") > 90
    assert keng(place, "logs", "--rules", "rule.yml", "--jobs", "-1").returncode == 2
