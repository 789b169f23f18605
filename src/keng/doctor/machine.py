"""Checks of the machine: processors, memory, disk, clock, limits of the kernel, ports."""

import ctypes
import os
import resource
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from keng.doctor.finding import Finding, Health, judged
from keng.i18n import _
from keng.runtime.settings import Settings

GIB = 1 << 30
LEAST_MEMORY = 7 * GIB
LEAST_DISK = 20 * GIB
LEAST_FILES = 4096
LEAST_UDP_BUFFER = 8 << 20
UNSYNCHRONISED = 5
_NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})


def check_machine(settings: Settings, running: bool) -> Iterator[Finding]:
    """All of them; `running`: whether the centre runs already, so that its ports are its own."""
    yield _processors()
    yield _memory()
    yield _disk(settings.data_dir)
    yield _file_system(settings.data_dir, Path("/proc/mounts"))
    if settings.data_dir.exists():
        yield _rights(settings.data_dir)
    yield _clock()
    yield _open_files()
    yield _udp_buffer(Path("/proc/sys/net/core/rmem_max"))
    if not running:
        yield from _ports(settings)


def _processors() -> Finding:
    number = len(os.sched_getaffinity(0))
    return judged(
        "processors",
        number >= 2,
        _("{count} processors", count=number),
        _("A centre wants at least two, better four: receiving and detecting run beside each other."),
    )


def _memory() -> Finding:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return judged(
        "memory",
        whole >= LEAST_MEMORY,
        _("{size} GB of memory", size=round(whole / 1e9, 1)),
        _("8 GB are what a province's centre is measured with."),
    )


def _disk(folder: Path) -> Finding:
    there = _existing(folder)
    free = shutil.disk_usage(there).free
    return judged(
        "disk",
        free >= LEAST_DISK,
        _("{size} GB free for {folder}", size=round(free / 1e9, 1), folder=folder),
        _("Below 20 GB: free some space, or shorten the time that events are kept."),
        Health.BAD if free < GIB else Health.WARN,
    )


def _file_system(folder: Path, mounts: Path) -> Finding:
    kind = _kind_of(_existing(folder), mounts.read_text().splitlines() if mounts.exists() else [])
    return judged(
        "file_system",
        kind not in _NETWORK_DISKS,
        _("the data folder lies on {kind}", kind=kind or "?"),
        _("Network disks break the promise that what was acknowledged is safe. Use a local disk."),
        Health.BAD,
    )


def _rights(folder: Path) -> Finding:
    """Writable by us, and closed to others."""
    mode = folder.stat().st_mode & 0o777
    usable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    text = _("the data folder is this account's alone")
    if not usable:
        text = _("this account may not write to {folder}", folder=folder)
    elif mode & 0o077:
        text = _("others can look into {folder} (mode {mode})", folder=folder, mode=f"{mode:o}")
    advice = _("Close it: chmod 700 {folder}", folder=folder)
    if not usable:
        advice = _("Use the account that runs the centre, or give it the folder: chown -R")
    return judged("rights", usable and not mode & 0o077, text, advice, Health.BAD)


def _clock() -> Finding:
    # struct timex is 208 bytes on 64-bit Linux; with modes = 0 nothing is changed.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(256))
    return judged(
        "clock",
        state not in (-1, UNSYNCHRONISED),
        _("the clock is kept by a time service")
        if state != UNSYNCHRONISED
        else _("nothing keeps the clock right"),
        _("Switch on chrony or systemd-timesyncd: correlations and legal deadlines go by this clock."),
    )


def _open_files() -> Finding:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return judged(
        "open_files",
        soft >= LEAST_FILES,
        _("up to {count} open files", count=soft),
        _("Raise it to 4096 or more (LimitNOFILE in the unit): each sender is an open connection."),
    )


def _udp_buffer(path: Path) -> Finding:
    size = int(path.read_text()) if path.exists() else 0
    return judged(
        "udp_buffer",
        size >= LEAST_UDP_BUFFER,
        _("UDP buffer of at most {size} KiB", size=size >> 10),
        _(
            "Raise net.core.rmem_max to {size}: bursts of syslog over UDP are dropped by the kernel.",
            size=LEAST_UDP_BUFFER,
        ),
    )


def _ports(settings: Settings) -> Iterator[Finding]:
    wanted = [
        (settings.host, settings.port, socket.SOCK_STREAM, "port"),
        (settings.ingest_host, settings.ingest_port, socket.SOCK_STREAM, "ingest_port"),
        (settings.syslog_host, settings.syslog_port, socket.SOCK_STREAM, "syslog_port"),
        (settings.syslog_host, settings.syslog_port, socket.SOCK_DGRAM, "syslog_port"),
        (settings.syslog_host, settings.syslog_tls_port, socket.SOCK_STREAM, "syslog_tls_port"),
        (settings.syslog_host, settings.lines_port, socket.SOCK_STREAM, "lines_port"),
        (settings.syslog_host, settings.netflow_port, socket.SOCK_DGRAM, "netflow_port"),
    ]
    for host, port, kind, name in wanted:
        if port <= 0:
            continue
        free = _is_free(host, port, kind)
        protocol = "TCP" if kind == socket.SOCK_STREAM else "UDP"
        text = _("port {port}/{protocol} is free", port=port, protocol=protocol)
        if not free:
            text = _("port {port}/{protocol} is taken", port=port, protocol=protocol)
        yield judged(
            f"{name}_{protocol.lower()}",
            free,
            text,
            _("Another program listens there. End it, or set {name} to another port.", name=name),
            Health.BAD,
        )


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as sock:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError:
            return False
    return True


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _kind_of(folder: Path, mounts: list[str]) -> str:
    best, kind = "", ""
    for line in mounts:
        _device, place, name, *_rest = line.split(" ")
        place = place.replace("\\040", " ")
        inside = folder.resolve() == Path(place) or Path(place) in folder.resolve().parents
        if inside and len(place) >= len(best):
            best, kind = place, name
    return kind
