"""`keng up` as a person starts it, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PORTS = ("--port", "0", "--ingest-port", "0", "--syslog-port", "0")


def keng(*arguments: str, language: str = "en") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from keng.cli.main import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KENG_LANG": language},
    )


def read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if word in line:
            return text
    assert process.stderr is not None
    raise AssertionError(f"ended without {word!r}: {text} {process.stderr.read()}")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    data = tmp_path / "data"
    process = keng("up", "--data", str(data), *PORTS)
    yield process, data
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_it_says_where_things_are_and_what_to_do_next_and_ends_in_good_order(
    up: tuple[subprocess.Popen[str], Path],
) -> None:
    process, data = up
    text = read_until(process, "register load")
    assert "http://127.0.0.1:" in text
    assert str(data) in text
    assert "keng admin create" in text
    second = keng("up", "--data", str(data), *PORTS)
    _out, err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"{data}" in err
    assert str(process.pid) in err
    assert "Traceback" not in err
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert time.monotonic() - started < 15


def test_a_busy_port_is_named_in_the_persons_language(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        process = keng(
            "up",
            "--data",
            str(tmp_path),
            "--port",
            "0",
            "--syslog-port",
            "0",
            "--ingest-port",
            port,
            language="vi",
        )
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert port in err
    assert "--ingest-port" in err
    assert "Lỗi" in err


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "keng.toml").write_text("colour = 1\n")
    process = keng("up", "--data", str(tmp_path), *PORTS)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "colour" in err
    assert "Traceback" not in err
