"""What a process really does to its disk, seen from outside: strace's record of its system calls, in their order.

Nothing in the program under test is replaced. Needs Debian's `strace` and the right to trace (a container may lack it).
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,ftruncate,truncate,fallocate,lseek,"
    "unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,close,dup,dup2,dup3,fcntl,"
    "sync_file_range,copy_file_range,sendfile"
)
_LINE = re.compile(r"^(?:\[pid +)?(\d+)\]? +(.*)$")


class Call(NamedTuple):
    """One finished system call. arguments: as strace prints them; result: its return value."""

    name: str
    arguments: str
    result: int


def missing() -> str:
    """Why tracing is not possible here; "" if it is."""
    if shutil.which("strace") is None:
        return "needs strace: apt-get install strace"
    tried = subprocess.run(["strace", "-qq", "-e", "trace=close", "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"tracing is not allowed here: {tried.stderr.strip()[:200]}"


def trace(program: str, arguments: list[str], record: Path, timeout_s: float = 120) -> list[Call]:
    """Run a Python program to its end under strace; what it did. Raises if the program failed."""
    command = [
        "strace",
        "-f",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "16777216",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(record),
    ]
    done = subprocess.run(
        [*command, sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with record.open(errors="replace") as lines:
        return list(calls(lines))


def calls(lines: Iterator[str]) -> Iterator[Call]:
    """Finished calls in the order of their ends. A failed call did nothing and is left out."""
    begun: dict[str, str] = {}
    for line in lines:
        found = _LINE.match(line.rstrip("\n"))
        if found is None:
            continue
        thread, text = found.groups()
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>").rstrip()
            continue
        if text.startswith("<... "):
            text = begun.pop(thread, "") + text.partition("resumed>")[2]
        head, equals, result = text.rpartition(" = ")
        name, bracket, inside = head.partition("(")
        value = re.match(r"-?\d+", result)
        if equals and bracket and value is not None and not result.startswith("-1"):
            yield Call(name, inside.rstrip().removesuffix(")"), int(value[0]))


def decoded(text: str) -> bytes:
    r"""The bytes of strace's `\x2f\x74` notation."""
    return bytes.fromhex(text.replace("\\x", ""))
