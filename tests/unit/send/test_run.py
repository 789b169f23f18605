"""`keng send` as a person starts it, against a real centre."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.evtx_writer import evtx_file, sysmon_start
from tests.servers.authority import Authority
from tests.unit.runtime.conftest import STEPS, MemoryStore, WordDetector, register

from keng.runtime.centre import Centre
from keng.runtime.parts import Parts
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.settings import Settings


class Running:
    """A centre in a thread."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(centre.start(), self.loop).result(60)
        self.tokens = register(centre.state)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.centre.stop(), self.loop).result(60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def parts_of(store: MemoryStore) -> Parts:
    def load(_settings: Settings) -> tuple[Loaded, Any]:
        return Loaded(WordDetector(), "rules-1"), SimpleNamespace(info={})

    return Parts(lambda *_about: store, load, STEPS)  # type: ignore[arg-type, return-value]


@pytest.fixture
def running(tmp_path: Path, store: MemoryStore) -> Iterator[Running]:
    settings = Settings(data_dir=tmp_path / "data", port=0, ingest_port=0, syslog_port=-1)
    one = Running(Centre(settings, parts_of(store)))
    yield one
    one.stop()


def call(
    running: Running, state: Path, *words: str, source: str = "so-win"
) -> tuple[list[str], dict[str, str]]:
    to = f"http://127.0.0.1:{running.centre.ingest_port}"
    program = [
        sys.executable,
        "-c",
        "from keng.cli.main import main; main()",
        "send",
        "--to",
        to,
        "--state",
        str(state),
    ]
    return [*program, *words], {
        **os.environ,
        "KENG_LANG": "en",
        "KENG_SEND_TOKEN": running.tokens.get(source, source),
        "KENG_SEND_SETTLE_S": "0.2",
    }


def once(
    running: Running, state: Path, *words: str, source: str = "so-win", data: bytes = b""
) -> tuple[int, dict[str, object], str]:
    command, environment = call(running, state, "--once", "--json", *words, source=source)
    done = subprocess.run(command, env=environment, input=data, capture_output=True, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr.decode()


def settled(running: Running, store: MemoryStore, count: int) -> list[str]:
    until = time.monotonic() + 10
    while len(store.events) < count and time.monotonic() < until:
        time.sleep(0.02)
    return [event.raw for event in store.events]


def test_files_standard_input_and_drops_arrive_once_each(
    running: Running, store: MemoryStore, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text("".join(f"Nov  3 10:00:0{n} fw1 sshd[1]: hello {n}\n" for n in range(5)))
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop/x.evtx").write_bytes(evtx_file([sysmon_start(n) for n in range(7)]))
    drop = ("--drop", str(tmp_path / "drop"))
    for turn in range(2):
        status, counts, err = once(running, tmp_path / "s", str(tmp_path / "a.log"), *drop)
        assert status == 0, err
        assert counts["sent"] == (0 if turn else 12)
    status, counts, err = once(running, tmp_path / "t", "-", data=b"<13>Nov  3 10:00:00 fw1 x: by pipe\nlast")
    assert (status, counts["sent"]) == (0, 2), err
    assert len(settled(running, store, 14)) == 14
    formats = {event.format for event in store.events}
    assert "windows_evtx" in formats
    assert {event.source for event in store.events} == {"so-win"}
    assert [path.name for path in (tmp_path / "drop/done").iterdir()] == ["x.evtx"]


def test_a_lost_memory_doubles_nothing_of_a_dropped_file(
    running: Running, store: MemoryStore, tmp_path: Path
) -> None:
    path = tmp_path / "x.evtx"
    path.write_bytes(evtx_file([sysmon_start(n) for n in range(7)]))
    for state in ("s", "t"):
        status, counts, _err = once(running, tmp_path / state, str(path), source="bv-win")
        assert (status, counts["sent"]) == (0, 7)
    time.sleep(0.5)
    assert len(settled(running, store, 7)) == 7


def test_what_is_wrong_is_said_with_a_status(running: Running, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x\n")
    status, _counts, err = once(running, tmp_path / "s", str(tmp_path / "a.log"), source="keng_wrong")
    assert status == 1
    assert "the token is unknown" in err
    command, environment = call(running, tmp_path / "s", str(tmp_path / "a.log"))
    first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 20
    while b'"sent":1' not in (tmp_path / "s/places.json").read_bytes() and time.monotonic() < until:
        time.sleep(0.05)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 2
    assert "in use by another process" in second.stderr
    first.send_signal(signal.SIGTERM)
    _out, err = first.communicate(timeout=20)
    assert first.returncode == 0
    assert "1 records sent" in err


def test_several_sources_of_a_settings_file_each_have_their_token(
    running: Running, store: MemoryStore, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text("of a\n")
    (tmp_path / "b.log").write_text("of b\n")
    (tmp_path / "send.toml").write_text(
        f'[[source]]\ntoken = "{running.tokens["bv-win"]}"\npaths = ["{tmp_path}/a.log"]\n'
        f'[[source]]\ntoken = "{running.tokens["so-win"]}"\npaths = ["{tmp_path}/b.log"]\n'
    )
    status, counts, err = once(running, tmp_path / "s", "--config", str(tmp_path / "send.toml"))
    assert (status, counts["sent"]) == (0, 2), err
    settled(running, store, 2)
    assert {(event.source, "of a" in event.raw) for event in store.events} == {
        ("bv-win", True),
        ("so-win", False),
    }


def test_over_tls_only_to_a_centre_whose_certificate_is_trusted(tmp_path: Path, store: MemoryStore) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("centre.example")
    settings = Settings(
        data_dir=tmp_path / "data", port=0, ingest_port=0, syslog_port=-1,
        tls_certificate=str(certificate), tls_key=str(key),
    )  # fmt: skip
    running = Running(Centre(settings, parts_of(store)))
    try:
        (tmp_path / "a.log").write_text("by tls\n")
        to = ("--to", f"https://127.0.0.1:{running.centre.ingest_port}")
        status, _counts, err = once(running, tmp_path / "s", *to, "--give-up", "1", str(tmp_path / "a.log"))
        assert status == 1
        assert "certificate" in err
        trusted = ("--ca", str(authority.certificate))
        status, counts, err = once(running, tmp_path / "s", *to, *trusted, str(tmp_path / "a.log"))
        assert (status, counts["sent"]) == (0, 1), err
        assert len(settled(running, store, 1)) == 1
    finally:
        running.stop()


def test_rows_of_iis_are_read_by_their_columns_also_after_a_restart(
    running: Running, store: MemoryStore, tmp_path: Path
) -> None:
    path = tmp_path / "u_ex261103.log"
    row = "2026-11-03 10:00:0{} 10.0.0.9 /admin.aspx yes\n"
    path.write_text(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-uri-stem x-own\n"
        + row.format(0)
    )
    once(running, tmp_path / "s", str(path))
    with path.open("a") as file:
        file.write(row.format(1))
    once(running, tmp_path / "s", str(path))
    settled(running, store, 2)
    assert {event.format for event in store.events} == {"w3c_extended"}
    assert [event.fields["x-own"] for event in store.events] == ["yes", "yes"]


def test_a_path_that_names_nothing_and_a_file_that_may_not_be_read_are_told(
    running: Running, tmp_path: Path
) -> None:
    _status, _counts, err = once(running, tmp_path / "s", str(tmp_path / "nothing.log"))
    assert "nothing is there yet" in err
