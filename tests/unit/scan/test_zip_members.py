"""Members of zip archives."""

import io
import struct
import zipfile

from keng.formats.base import StreamError
from keng.scan.budget import Budget
from keng.scan.refused import Refused
from keng.scan.zip_members import Member, members


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as written:
        for name, data in files.items():
            written.writestr(name, data)
    return out.getvalue()


def contents(data: bytes) -> list[tuple[str, bytes | str]]:
    found: list[tuple[str, bytes | str]] = []
    for member in members(io.BytesIO(data), Budget(len(data))):
        if isinstance(member, Refused):
            found.append((member.where, "refused"))
            continue
        assert isinstance(member, Member)
        out = b""
        try:
            while piece := member.source.read(1000):
                out += piece
            found.append((member.name, out))
        except StreamError:
            found.append((member.name, "damaged"))
    return found


def test_files_of_every_name_are_read_in_order_and_folders_left_out() -> None:
    data = archive({"b/": b"", "b/x.log": b"1" * 5000, "../../etc/passwd": b"2", "C:\\a": b"3"})
    assert contents(data) == [("b/x.log", b"1" * 5000), ("../../etc/passwd", b"2"), ("C:\\a", b"3")]


def test_a_damaged_member_is_reported_and_the_next_is_read() -> None:
    data = bytearray(archive({"a": b"hello world" * 50, "b": b"fine"}, zipfile.ZIP_STORED))
    at = data.index(b"hello")
    data[at : at + 5] = b"HELLO"
    assert contents(bytes(data)) == [("a", "damaged"), ("b", b"fine")]


def test_members_with_a_password_or_an_unknown_method_are_refused_by_name() -> None:
    data = bytearray(archive({"a": b"x", "b": b"fine"}))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert contents(bytes(data)) == [("a", "refused"), ("b", b"fine")]
    data = bytearray(archive({"a": b"x"}))
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 99)
    struct.pack_into("<H", data, 8, 99)
    assert contents(bytes(data)) == [("a", "refused")]


def test_noise_is_refused() -> None:
    for broken in (b"PK\x03\x04", b"PK\x05\x06" + bytes(5), b"", b"PK\x03\x04" + b"\xff" * 100):
        assert all(outcome in ("refused", "damaged") for _, outcome in contents(broken))


def test_a_cut_archive_is_reported_and_its_whole_members_are_read() -> None:
    data = archive({"a": b"x" * 5000, "b": b"fine"})
    assert contents(data[:-30]) == [("", "refused"), ("a", b"x" * 5000), ("b", b"fine")]


def test_an_empty_archive_has_no_members() -> None:
    assert contents(b"PK\x05\x06" + bytes(18)) == []


def test_a_directory_of_absurd_size_is_not_loaded() -> None:
    data = bytearray(archive({"a": b"x"}))
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    assert contents(bytes(data)) == [("", "refused")]


def test_the_time_stamp_is_told_where_it_makes_sense() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr(zipfile.ZipInfo("a", (2024, 5, 1, 5, 0, 0)), b"x")
    (member,) = members(io.BytesIO(out.getvalue()), Budget(100))
    assert isinstance(member, Member) and member.changed_us == 1_714_539_600_000_000
