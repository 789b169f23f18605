"""`keng scan` over one folder as it is found in the field: every shape, container and encoding, and what is broken."""

import gzip
import io
import json
import os
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import zstandard
from tests.evtx_writer import evtx_file, sysmon_start

from keng.i18n import using
from keng.model.severity import Severity
from keng.scan.command import DONE, FAILED, Wish, scan

RULE = """
title: Encoded command
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
tags: [attack.execution]
logsource: {category: process_creation, product: windows}
detection: {selection: {CommandLine|contains: ' -enc '}, condition: selection}
---
title: Remote desktop
id: 22222222-2222-4222-8222-222222222222
status: test
level: low
logsource: {product: zeek, service: conn}
detection: {selection: {id.resp_p: 3389}, condition: selection}
---
title: Refused
id: 33333333-3333-4333-8333-333333333333
status: test
level: low
logsource: {product: linux}
detection: {keywords: ['Failed password'], condition: keywords}
---
title: Injection
id: 44444444-4444-4444-8444-444444444444
status: test
level: medium
logsource: {category: webserver}
detection: {selection: {cs-uri-query|contains: 'UNION'}, condition: selection}
---
title: Suricata
id: 55555555-5555-4555-8555-555555555555
status: test
level: medium
logsource: {product: suricata}
detection: {selection: {event_type: alert}, condition: selection}
"""
COMMAND = "powershell.exe -enc SQBFAFgA"
CHANNEL = "Microsoft-Windows-Sysmon/Operational"


def data(number: int) -> dict[str, str]:
    return {"Image": "C:\\x.exe", "CommandLine": COMMAND, "UtcTime": f"2026-05-01 01:00:0{number}.000"}


def dump(number: int) -> dict[str, Any]:
    when = {"#attributes": {"SystemTime": f"2026-05-01T01:00:0{number}.000000Z"}}
    system = {
        "EventID": 1,
        "Channel": CHANNEL,
        "Computer": "pc",
        "EventRecordID": number,
        "TimeCreated": when,
    }
    return {"Event": {"System": system, "EventData": data(number)}}


def beat(number: int) -> dict[str, Any]:
    log = {
        "channel": CHANNEL,
        "event_id": "1",
        "computer_name": "pc",
        "record_id": number,
        "event_data": data(number),
    }
    return {"@timestamp": f"2026-05-01T01:00:0{number}.000Z", "agent": {"type": "winlogbeat"}, "winlog": log}


def flat(number: int) -> dict[str, Any]:
    return {
        **data(number),
        "EventTime": f"2026-05-01 01:00:0{number}",
        "Hostname": "pc",
        "EventID": 1,
        "Channel": CHANNEL,
    }


def lines(records: list[dict[str, Any]], end: str = "\n") -> str:
    return "".join(json.dumps(record) + end for record in records)


def archive(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return made.getvalue()


THREE = [dump(number) for number in (1, 2, 3)]
PLAIN = lines(THREE).encode()
LOCKED = bytearray(archive({"s.json": PLAIN}))
LOCKED[6] |= 1
LOCKED[LOCKED.find(b"PK\x01\x02") + 8] |= 1
EVTX = evtx_file([sysmon_start(number, command=COMMAND) for number in range(3)], first=70)

WHOLE: dict[str, bytes | str] = {
    "shapes/evtx_dump.jsonl": PLAIN,
    "shapes/winlogbeat.json": lines([beat(number) for number in (1, 2, 3)]),
    "shapes/flat.json": lines([flat(number) for number in (1, 2, 3)]),
    "shapes/máy chủ.evtx": EVTX,
    "arrays/compact.json": json.dumps(THREE),
    "arrays/pretty.json": json.dumps(THREE, indent=2),
    "arrays/wrapped.json": json.dumps({"Events": THREE}, indent=1),
    "arrays/one_after_another.json": "".join(map(json.dumps, THREE)),
    "arrays/printed_one_after_another.json": "\n".join(json.dumps(record, indent=2) for record in THREE),
    "text/utf16le.json": ("\ufeff" + PLAIN.decode()).encode("utf-16-le"),
    "text/utf16be.json": ("\ufeff" + PLAIN.decode()).encode("utf-16-be"),
    "text/utf8_mark.json": b"\xef\xbb\xbf" + PLAIN,
    "text/crlf.json": lines(THREE, "\r\n"),
    "text/empty lines.json": "\n" + lines(THREE, "\n\n"),
    "text/no end.json": PLAIN.rstrip(),
    "packed/a.json.gz": gzip.compress(PLAIN),
    "packed/no_name_for_it": gzip.compress(PLAIN),
    "packed/wrong_name.evtx": zstandard.compress(PLAIN),
    "packed/wrong_sum.gz": gzip.compress(PLAIN)[:-8] + bytes(8),
}
BROKEN: dict[str, bytes | str] = {
    "bad/empty.evtx": b"", "bad/nothing.gz": gzip.compress(b""), "bad/picture.png": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "bad/prose.txt": "Đây là một bức thư.\n", "bad/cut.gz": gzip.compress(PLAIN)[:9], "bad/locked.zip": bytes(LOCKED),
}  # fmt: skip
OTHERS: dict[str, tuple[bytes | str, str]] = {
    "net/conn.log": (
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n"
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\n"
        "1777597200.5\tC1\t203.0.113.9\t4455\t10.1.1.5\t3389\ttcp\n",
        "Remote desktop",
    ),
    "net/conn.json": (
        '{"_path":"conn","ts":1777597200.5,"uid":"C1","id.orig_h":"203.0.113.9","id.orig_p":4,'
        '"id.resp_h":"10.1.1.5","id.resp_p":3389,"proto":"tcp"}\n',
        "Remote desktop",
    ),
    "net/eve.json": (
        '{"timestamp":"2026-05-01T01:00:00.000000+0700","flow_id":1,"event_type":"alert","src_ip":"203.0.113.9",'
        '"dest_ip":"10.1.1.5","proto":"TCP","alert":{"signature":"x","severity":1}}\n',
        "Suricata",
    ),
    "text/auth.log": ("May  1 05:00:00 srv sshd[1]: Failed password for root from 203.0.113.9 port 5 ssh2\n", "Refused"),
    "text/5424.log": (
        "<86>1 2026-05-01T05:00:00.003Z srv sshd 1 - - Failed password for root from 203.0.113.9 port 5 ssh2\n",
        "Refused",
    ),
    "text/access.log": (
        '203.0.113.9 - - [01/May/2026:05:00:00 +0700] "GET /a.php?id=1+UNION+SELECT HTTP/1.1" 200 5\n',
        "Injection",
    ),
    "text/combined.log": (
        '203.0.113.9 - - [01/May/2026:05:00:00 +0700] "GET /a.php?id=1+UNION+SELECT HTTP/1.1" 200 5 "-" "x"\n',
        "Injection",
    ),
}  # fmt: skip


def put(folder: Path, name: str, content: bytes | str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def found_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.yml").write_text(RULE)
    for name, content in (WHOLE | BROKEN | {name: text for name, (text, _title) in OTHERS.items()}).items():
        put(tmp_path / "logs", name, content)
    nested = archive(
        {"in/": b"", "in/nhật ký.json.gz": gzip.compress(PLAIN), "deep.zip": archive({"x.json": PLAIN})}
    )
    put(tmp_path / "logs", "packed/folder/all.zip", nested)
    os.mkfifo("logs/bad/pipe")
    os.symlink("..", "logs/bad/up")
    os.symlink("nowhere", "logs/bad/dangling")
    return tmp_path


def run(
    capfdbinary: pytest.CaptureFixture[bytes], language: str, **wishes: Any
) -> tuple[int, list[dict[str, Any]], str]:
    wish = Wish(["logs"], [Path("rule.yml")], True, None, None, Severity.INFORMATIONAL, Path("data"))
    with using(language):
        code = scan(wish._replace(**wishes))
    out, err = capfdbinary.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err.decode()


def test_every_record_is_found_where_it_stands_and_every_damage_is_told(
    found_folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, found, told = run(capfdbinary, "vi")
    assert code == DONE
    assert all(
        set(line) == {"time", "rule_id", "title", "level", "tags", "file", "record", "matched", "event"}
        for line in found
    )
    windows = [line for line in found if line["title"] == "Encoded command"]
    assert all(COMMAND in line["matched"]["CommandLine"] for line in windows)
    names = {*WHOLE, "packed/folder/all.zip!in/nhật ký.json.gz", "packed/folder/all.zip!deep.zip!x.json"}
    assert Counter(line["file"] for line in windows) == Counter({f"logs/{name}": 3 for name in names})
    for name, records in (("arrays/pretty.json", [1, 2, 3]), ("shapes/máy chủ.evtx", [70, 71, 72])):
        assert [line["record"] for line in windows if line["file"] == f"logs/{name}"] == records
    others = {line["file"]: line["title"] for line in found if line["title"] != "Encoded command"}
    assert others == {f"logs/{name}": title for name, (_text, title) in OTHERS.items()}
    for name in [*BROKEN, "bad/pipe", "bad/dangling"]:
        assert f"logs/{name}" in told, name
    assert "logs/bad/locked.zip!s.json: có mật khẩu: hãy giải nén trước" in told
    assert "No such file" not in told and "Errno" not in told and "Traceback" not in told


def test_its_own_answers_are_not_read_when_they_stand_in_the_folder(
    found_folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {"csv": Path("logs/found.csv"), "html": Path("logs/found.html")}
    with Path("logs/found.jsonl").open("w") as answer:
        monkeypatch.setattr(sys, "stdout", answer)
        code, _none, told = run(capfdbinary, "en", **outputs)
    assert code == DONE and "found." not in told
    lines_of_json = Path("logs/found.jsonl").read_text().splitlines()
    assert {"found" in json.loads(line)["file"] for line in lines_of_json} == {False}
    assert len(Path("logs/found.csv").read_text().splitlines()) == len(lines_of_json) + 1
    report = Path("logs/found.html").read_text()
    assert "<rect" in report and "logs/bad/locked.zip!s.json" in report


def test_nothing_but_rubbish_is_a_failure_that_says_what_can_be_read(
    found_folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (found_folder / "logs/bad/up").unlink()
    code, found, told = run(capfdbinary, "en", paths=["logs/bad"])
    assert code == FAILED and not found
    assert "No event was read. Give files or folders with logs: EVTX" in told
