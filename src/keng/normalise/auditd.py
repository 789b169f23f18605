"""Linux audit records: auditd's own names (which SigmaHQ's rules use), and Sigma's names where they are sound.

EXECVE   CommandLine (a0 a1 … joined), Image (the SYSCALL's exe, else a0 if it is a path)   category process_creation
PATH     with nametype CREATE: TargetFilename (made absolute by the CWD), Image             category file_event
SYSCALL  SYSCALL (name, from the number on x86_64 and aarch64 where the log is not enriched)
"""

import re
from ipaddress import ip_address
from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us, syslog_us

_PLAIN = LogSource("linux", "auditd")
_PROCESS = LogSource("linux", "auditd", ("process_creation",))
_FILE = LogSource("linux", "auditd", ("file_event",))
_PRINTED = re.compile(r"(\d\d)[/.\-](\d\d)[/.\-](\d{2}|\d{4}) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)")
_SOCKET = re.compile(r"(?:[0-9A-F]{2}){2,128}")
_PIECE = re.compile(r"a(\d{1,4})\[(\d{1,4})\]")
_ARGUMENT = re.compile(r"a(\d{1,4})")
_X86_64 = {
    0: "read", 1: "write", 2: "open", 3: "close", 9: "mmap", 10: "mprotect", 41: "socket", 42: "connect",
    43: "accept", 49: "bind", 50: "listen", 56: "clone", 57: "fork", 58: "vfork", 59: "execve", 62: "kill",
    76: "truncate", 77: "ftruncate", 80: "chdir", 82: "rename", 83: "mkdir", 84: "rmdir", 85: "creat",
    86: "link", 87: "unlink", 88: "symlink", 90: "chmod", 91: "fchmod", 92: "chown", 93: "fchown",
    94: "lchown", 99: "sysinfo", 101: "ptrace", 103: "syslog", 105: "setuid", 106: "setgid", 112: "setsid",
    113: "setreuid", 117: "setresuid", 133: "mknod", 135: "personality", 155: "pivot_root", 157: "prctl",
    159: "adjtimex", 161: "chroot", 164: "settimeofday", 165: "mount", 166: "umount2", 167: "swapon",
    169: "reboot", 170: "sethostname", 171: "setdomainname", 175: "init_module", 176: "delete_module",
    188: "setxattr", 197: "removexattr", 227: "clock_settime", 246: "kexec_load", 257: "openat",
    258: "mkdirat", 259: "mknodat", 260: "fchownat", 263: "unlinkat", 264: "renameat", 265: "linkat",
    266: "symlinkat", 268: "fchmodat", 272: "unshare", 288: "accept4", 308: "setns", 310: "process_vm_readv",
    311: "process_vm_writev", 313: "finit_module", 316: "renameat2", 317: "seccomp", 319: "memfd_create",
    320: "kexec_file_load", 321: "bpf", 322: "execveat", 435: "clone3", 437: "openat2",
}  # fmt: skip
_AARCH64 = {
    33: "mknodat", 34: "mkdirat", 35: "unlinkat", 36: "symlinkat", 37: "linkat", 38: "renameat", 40: "mount",
    51: "chroot", 53: "fchmodat", 54: "fchownat", 56: "openat", 92: "personality", 104: "kexec_load",
    105: "init_module", 106: "delete_module", 116: "syslog", 117: "ptrace", 146: "setuid", 167: "prctl",
    179: "sysinfo", 198: "socket", 200: "bind", 201: "listen", 203: "connect", 220: "clone", 221: "execve",
    273: "finit_module", 276: "renameat2", 279: "memfd_create", 280: "bpf", 281: "execveat",
}  # fmt: skip
_SYSCALLS = {"c000003e": _X86_64, "c00000b7": _AARCH64}


def auditd_parts(record: dict[str, Any], reference_us: int = 0) -> Parts:
    """One audit record; reference_us tells the year where journald's header did not."""
    fields = {name: value for name, value in record.items() if name[0] != "@"}
    host = str(record.get("@host", ""))
    stamp = fields.pop("time", 0)
    time_us = (
        epoch_us(stamp) or _printed_us(str(stamp)) or syslog_us(str(record.get("@stamp", "")), reference_us)
    )
    call = record.get("@syscall") or {}
    kind = fields.get("type")
    if kind == "SYSCALL":
        _name_syscall(fields)
        if (user := fields.get("UID") or fields.get("uid")) is not None:
            fields["User"] = user
    elif kind == "USER_CMD" and "cmd" in fields:
        fields["CommandLine"] = fields["cmd"]
    elif kind == "SOCKADDR":
        _address(fields)
    elif kind == "EXECVE":
        _process(fields, call)
        return Parts(fields, _PROCESS, time_us, host)
    elif kind == "PATH" and fields.get("nametype") == "CREATE" and "name" in fields:
        name = fields["name"]
        fields["TargetFilename"] = name if name[:1] == "/" else _join(record.get("@cwd", ""), name)
        _actor(fields, call)
        return Parts(fields, _FILE, time_us, host)
    return Parts(fields, _PLAIN, time_us, host)


def _printed_us(text: str) -> int:
    """ausearch prints the date in its locale: the month first, unless that cannot be one."""
    match = _PRINTED.fullmatch(text)
    if not match:
        return 0
    one, two, year, clock = match.groups()
    month, day = (one, two) if int(one) <= 12 else (two, one)
    return device_us(f"{year if len(year) == 4 else '20' + year}-{month}-{day} {clock}")


def _address(fields: dict[str, Any]) -> None:
    """The address inside a socket's: family, port, address, in hexadecimal. Of "saddr" nothing else can be read."""
    text = str(fields.get("saddr", ""))
    match = _SOCKET.match(text)
    if not match:
        return
    # What is left of it is no address to search for.
    fields["saddr_hex"] = fields.pop("saddr")
    raw = bytes.fromhex(match[0][:56])
    if raw[:2] == b"\2\0" and len(raw) >= 8:
        fields["dst_ip"], fields["dst_port"] = str(ip_address(raw[4:8])), int.from_bytes(raw[2:4], "big")
    elif raw[:2] == b"\n\0" and len(raw) >= 24:
        fields["dst_ip"], fields["dst_port"] = str(ip_address(raw[8:24])), int.from_bytes(raw[2:4], "big")


def _name_syscall(fields: dict[str, Any]) -> None:
    number = str(fields.get("syscall", ""))
    if "SYSCALL" not in fields and number.isdecimal():
        name = _SYSCALLS.get(str(fields.get("arch", "")), {}).get(int(number[:6]))
        if name:
            fields["SYSCALL"] = name


def _process(fields: dict[str, Any], call: dict[str, Any]) -> None:
    _long_arguments(fields)
    arguments = {int(match[1]): value for key, value in fields.items() if (match := _ARGUMENT.fullmatch(key))}
    fields["CommandLine"] = " ".join(str(arguments[number]) for number in sorted(arguments))
    _actor(fields, call)
    first = str(arguments.get(0, ""))
    if "Image" not in fields and first[:1] == "/":
        fields["Image"] = first


def _long_arguments(fields: dict[str, Any]) -> None:
    """An argument that the kernel cut into pieces (a2[0], a2[1], …) is also there whole."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    for key, value in fields.items():
        if key[-1:] == "]" and (match := _PIECE.fullmatch(key)):
            pieces.setdefault(f"a{int(match[1])}", []).append((int(match[2]), str(value)))
    for name, parts in pieces.items():
        fields.setdefault(name, "".join(text for _number, text in sorted(parts)))


def _actor(fields: dict[str, Any], call: dict[str, Any]) -> None:
    """What the SYSCALL record of the same serial says of the process."""
    names = (("exe", "Image"), ("pid", "ProcessId"), ("ppid", "ParentProcessId"), ("ses", "LogonId"))
    for raw, name in names:
        if raw in call:
            fields[name] = call[raw]
    user = call.get("UID") or call.get("uid")
    if user is not None:
        fields["User"] = user


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name.removeprefix('./')}" if folder else name
