"""Writes EVTX files for tests, by the published layout (see `keng.formats.evtx`): one template an event shape.

Only what tests need: a file header, chunks with correct checksums, records whose binary XML is an instance of
an inline template with typed values.
"""

import struct
from collections.abc import Sequence
from zlib import crc32

CHUNK = 65536
_STRING, _UINT16, _UINT32, _UINT64, _FILETIME = 1, 6, 8, 10, 17


def _name_hash(name: str) -> int:
    value = 0
    for char in name:
        value = value * 65599 + ord(char)
    return value & 0xFFFF


class _Xml:
    """Binary XML under construction. base: its offset in the chunk."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.data = bytearray(b"\x0f\x01\x01\x00")
        self.values: list[tuple[int, bytes]] = []

    def _name(self, name: str) -> None:
        place = self.base + len(self.data) + 4
        self.data += struct.pack("<I", place)
        encoded = name.encode("utf-16-le")
        self.data += struct.pack("<IHH", 0, _name_hash(name), len(name)) + encoded + b"\0\0"

    def element(
        self, name: str, content: object = None, attributes: Sequence[tuple[str, object]] = ()
    ) -> None:
        """<name attribute=…>content</name>; content: a list of arguments for inner elements, or (type, bytes)."""
        self.data += bytes([0x41 if attributes else 0x01]) + struct.pack("<H", 0xFFFF)
        size_at = len(self.data)
        self.data += b"\0\0\0\0"
        self._name(name)
        if attributes:
            list_at = len(self.data)
            self.data += b"\0\0\0\0"
            for number, (attribute, value) in enumerate(attributes):
                self.data.append(0x46 if number + 1 < len(attributes) else 0x06)
                self._name(attribute)
                if isinstance(value, str):
                    self.data += b"\x05\x01" + struct.pack("<H", len(value)) + value.encode("utf-16-le")
                else:
                    self._substitute(value)
            struct.pack_into("<I", self.data, list_at, len(self.data) - list_at - 4)
        if content is None:
            self.data.append(0x03)
        else:
            self.data.append(0x02)
            if isinstance(content, list):
                for inner in content:
                    self.element(*inner)
            else:
                self._substitute(content)
            self.data.append(0x04)
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)

    def _substitute(self, value: object) -> None:
        kind, raw = value  # type: ignore[misc]
        self.data += b"\x0d" + struct.pack("<HB", len(self.values), kind)
        self.values.append((kind, raw))


def _text(value: str) -> tuple[int, bytes]:
    return _STRING, value.encode("utf-16-le")


def _filetime(time_us: int) -> bytes:
    return struct.pack("<Q", time_us * 10 + 116_444_736_000_000_000)


def record(place: int, number: int, event: dict[str, object]) -> bytes:
    """One record at `place` in its chunk. event: provider, event_id, channel, computer, time_us, data."""
    template_at = place + 24 + 4 + 10
    xml = _Xml(template_at + 24)
    when = _filetime(int(event.get("time_us", 0)))  # type: ignore[call-overload]
    data = event.get("data", {})
    assert isinstance(data, dict)
    xml.element(
        "Event",
        [
            (
                "System",
                [
                    ("Provider", None, [("Name", _text(str(event["provider"])))]),
                    ("EventID", (_UINT16, struct.pack("<H", event["event_id"]))),
                    ("TimeCreated", None, [("SystemTime", (_FILETIME, when))]),
                    ("EventRecordID", (_UINT64, struct.pack("<Q", number))),
                    ("Channel", _text(str(event["channel"]))),
                    ("Computer", _text(str(event.get("computer", "PC-01")))),
                ],
            ),
            (
                "EventData",
                [("Data", _text(str(value)), [("Name", name)]) for name, value in data.items()],
            ),
        ],
    )
    body = bytes(xml.data) + b"\0"
    out = b"\x0f\x01\x01\x00" + b"\x0c\x01" + struct.pack("<II", 0x1234, template_at)
    out += struct.pack("<I", 0) + bytes(range(16)) + struct.pack("<I", len(body)) + body
    out += struct.pack("<I", len(xml.values))
    out += b"".join(struct.pack("<HBB", len(raw), kind, 0) for kind, raw in xml.values)
    out += b"".join(raw for _kind, raw in xml.values) + b"\0"
    size = 24 + len(out) + 4
    padding = -size % 8
    size += padding
    head = b"\x2a\x2a\0\0" + struct.pack("<IQ", size, number) + when
    return head + out + bytes(padding) + struct.pack("<I", size)


def chunk(events: Sequence[dict[str, object]], first: int) -> tuple[bytes, int]:
    """One chunk with as many of the events as fit, and how many did."""
    body = bytearray(CHUNK)
    place, last_at, number = 512, 512, 0
    for event in events:
        data = record(place, first + number, event)
        if place + len(data) > CHUNK:
            break
        body[place : place + len(data)] = data
        last_at = place
        place += len(data)
        number += 1
    last = first + number - 1
    struct.pack_into("<8sQQQQIIII", body, 0, b"ElfChnk\0", first, last, first, last, 128, last_at, place, 0)
    struct.pack_into("<I", body, 52, crc32(bytes(body[512:place])))
    struct.pack_into("<I", body, 124, crc32(bytes(body[128:512]), crc32(bytes(body[:120]))))
    return bytes(body), number


def evtx_file(events: Sequence[dict[str, object]], first: int = 1) -> bytes:
    """A whole file; record ids count from `first`."""
    chunks: list[bytes] = []
    rest = list(events)
    number = first
    while rest or not chunks:
        data, taken = chunk(rest, number)
        chunks.append(data)
        rest = rest[taken:]
        number += taken
    header = bytearray(4096)
    struct.pack_into(
        "<8sQQQIHHHH", header, 0, b"ElfFile\0", 0, len(chunks) - 1, number, 128, 1, 3, 4096, len(chunks)
    )
    struct.pack_into("<I", header, 124, crc32(bytes(header[:120])))
    return bytes(header) + b"".join(chunks)


def sysmon_start(
    number: int, image: str = "C:\\Windows\\System32\\cmd.exe", command: str = "cmd /c dir"
) -> dict[str, object]:
    """A Sysmon process creation."""
    return {
        "provider": "Microsoft-Windows-Sysmon",
        "event_id": 1,
        "channel": "Microsoft-Windows-Sysmon/Operational",
        "computer": "PC-01.tinh.example",
        "time_us": 1_714_539_600_000_000 + number * 1_000_000,
        "data": {
            "UtcTime": "2024-05-01 05:00:00.000",
            "ProcessId": str(1000 + number),
            "Image": image,
            "CommandLine": command,
            "User": "TINH\\an",
        },
    }
