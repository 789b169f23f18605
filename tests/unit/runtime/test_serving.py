import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest

from keng.runtime.centre import Centre
from keng.runtime.parts import Parts
from keng.runtime.serving import Running, serve
from keng.runtime.settings import Settings

from .conftest import until
from .test_http_server import hello


def console(_centre: Centre) -> Any:
    return hello


def test_the_centre_and_its_console_serve_until_sigterm(settings: Settings, parts: Parts) -> None:
    async def ready(running: Running) -> None:
        async with httpx.AsyncClient() as client:
            assert (await client.get(running.console_url)).text == "hello"
            assert (await client.get(running.ingest_url)).status_code == 401
        host, port = running.syslog.split(":")
        socket.create_connection((host, int(port))).close()
        os.kill(os.getpid(), signal.SIGTERM)

    assert asyncio.run(serve(settings, console, ready, Centre(settings, parts))) == 0


def test_a_failed_part_ends_the_process_with_its_reason(
    settings: Settings, parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ready(running: Running) -> None:
        running.centre.tasks.fail("the disk is gone")

    assert asyncio.run(serve(settings, console, ready, Centre(settings, parts))) == 1
    assert "the disk is gone" in capsys.readouterr().err


def test_a_fault_in_the_guest_is_not_swallowed(settings: Settings, parts: Parts) -> None:
    async def ready(_running: Running) -> None:
        raise KeyError("guest")

    with pytest.raises(KeyError):
        asyncio.run(serve(settings, console, ready, Centre(settings, parts)))


def test_a_busy_console_port_is_said_and_the_data_folder_let_go(
    settings: Settings, parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ready(running: Running) -> None:
        running.stop.set()

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = Settings(data_dir=settings.data_dir, port=busy.getsockname()[1], ingest_port=0, syslog_port=0)
        assert asyncio.run(serve(taken, console, ready, Centre(taken, parts))) == 1
    assert "--port" in capsys.readouterr().err
    assert asyncio.run(serve(settings, console, ready, Centre(settings, parts))) == 0


def test_a_data_folder_in_use_is_said(
    settings: Settings, parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ready(running: Running) -> None:
        second = Settings(data_dir=settings.data_dir, port=0, ingest_port=0, syslog_port=0)
        assert await serve(second, console, ready, Centre(second, parts)) == 1
        running.stop.set()

    assert asyncio.run(serve(settings, console, ready, Centre(settings, parts))) == 0
    assert str(settings.data_dir) in capsys.readouterr().err


def test_sighup_reads_the_rules_again(settings: Settings, parts: Parts) -> None:
    async def ready(running: Running) -> None:
        before = running.centre.ruleset
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: running.centre.ruleset is not before)
        running.stop.set()

    assert asyncio.run(serve(settings, console, ready, Centre(settings, parts))) == 0


def test_a_small_limit_of_open_files_is_raised() -> None:
    program = (
        "import resource\n"
        "from keng.runtime.serving import _allow_many_connections\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))\n"
        "_allow_many_connections()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 64)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
