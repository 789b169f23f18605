"""Real senders for the tests: rsyslog and syslog-ng, each with a configuration of its own, in the foreground."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RSYSLOG_MODULES = (
    "/usr/lib/x86_64-linux-gnu/rsyslog",
    "/usr/lib/aarch64-linux-gnu/rsyslog",
    "/usr/lib/rsyslog",
)
# syslog-ng and rsyslog exclude each other as packages: syslog-ng is unpacked beside (see .ci/run).
SYSLOG_NG_ROOTS = ("/opt/syslog-ng", "/")
OTHER_SENDERS = Path(os.environ.get("KENG_TEST_SENDERS", "/opt/keng-senders"))
REQUIRED = bool(os.environ.get("KENG_TEST_REQUIRE"))


def wait(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Until it becomes true, or fail."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.02)


def missing(what: str) -> None:
    """Skip, or fail where everything must be there."""
    if REQUIRED:
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}")


def other_senders() -> tuple[Path, Path]:
    """The folder that .ci/senders fills, and the Python in it."""
    return OTHER_SENDERS, OTHER_SENDERS / "python/bin/python"


def built(name: str) -> str:
    """A program that .ci/senders builds from Go modules, which takes minutes: skipped without it, also in CI."""
    path = shutil.which(name) or str(OTHER_SENDERS / "bin" / name)
    if not Path(path).exists():
        pytest.skip(f"needs {name}: .ci/senders {OTHER_SENDERS} go")
    return path


@contextmanager
def rsyslog(folder: Path, config: str, *modules: str) -> Iterator[None]:
    """rsyslogd with a local socket at folder/log; modules: further ones that the configuration loads."""
    binary = shutil.which("rsyslogd") or ("/usr/sbin/rsyslogd" if Path("/usr/sbin/rsyslogd").exists() else "")
    if not binary:
        missing("rsyslogd: apt-get install rsyslog")
    for module in modules:
        if not any((Path(one) / f"{module}.so").exists() for one in RSYSLOG_MODULES):
            missing(
                f"rsyslog's {module}: apt-get install rsyslog-elasticsearch rsyslog-gnutls rsyslog-openssl"
            )
    head = f"""
global(workDirectory="{folder}" localHostname="dc01")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/log" CreatePath="on")
"""
    path = folder / "rsyslog.conf"
    path.write_text(head + config)
    with running([binary, "-n", "-f", str(path), "-i", str(folder / "pid")], {}):
        yield


@contextmanager
def syslog_ng(folder: Path, destination: str) -> Iterator[None]:
    """syslog-ng with a local socket at folder/log and one destination."""
    root = next((one for one in SYSLOG_NG_ROOTS if Path(one, "usr/sbin/syslog-ng").exists()), "")
    if not root:
        missing("syslog-ng: apt-get download syslog-ng-core syslog-ng-mod-http; dpkg-deb -x … /opt/syslog-ng")
    modules = next(iter(sorted(Path(root, "usr/lib/syslog-ng").glob("[0-9]*"))))
    version = modules.name
    path = folder / "syslog-ng.conf"
    path.write_text(
        f"""@version: {version}
options {{ use-dns(no); keep-hostname(yes); time-reopen(1); }};
source local {{ unix-dgram("{folder}/log"); }};
{destination}
log {{ source(local); destination(keng); }};
"""
    )
    libraries = [
        str(modules),
        *(str(one.parent) for one in Path(root, "usr/lib").glob("*/libsyslog-ng*.so*")),
    ]
    command = [
        str(Path(root, "usr/sbin/syslog-ng")), "-F", "-f", str(path), "--module-path", str(modules),
        "-R", str(folder / "persist"), "-c", str(folder / "ctl"), "-p", str(folder / "ng.pid"),
    ]  # fmt: skip
    with running(command, {"LD_LIBRARY_PATH": ":".join(libraries)}):
        yield


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """A process that is ended at the end."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def feed(path: Path, lines: int, text: str = "from a real sender") -> None:
    """Lines as a program on the sender's machine logs them."""
    wait(path.exists)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        for _n in range(200):
            try:
                sock.connect(str(path))
                break
            except OSError:
                time.sleep(0.02)
        for n in range(lines):
            sock.send(f"<34>Nov  3 01:02:03 app[1]: {text} {n}".encode())
