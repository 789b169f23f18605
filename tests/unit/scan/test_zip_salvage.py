"""Members of zips without a directory."""

import io
import random
import zipfile

import pytest

from keng.formats.base import StreamError
from keng.scan.budget import Budget
from keng.scan.refused import Refused
from keng.scan.zip_salvage import salvaged


def archive(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as written:
        written.writestr("folder/", b"")
        written.writestr("a.log", b"line\n" * 5000)
        written.writestr("nhật ký.log", random.Random(1).randbytes(9000))
        written.writestr("c.log", b"last\n")
    return out.getvalue()


def contents(data: bytes, read_all: bool = True) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for item in salvaged(io.BytesIO(data), Budget(len(data))):
        if isinstance(item, Refused):
            found[item.where] = "refused"
            continue
        name, entry = item
        out = b""
        try:
            while piece := entry.read(1000):
                out += piece
                if not read_all:
                    break
            found[name] = out
        except StreamError:
            found[name] = "cut"
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_every_member_is_found_by_its_own_header(method: int) -> None:
    data = archive(method)
    found = contents(data[: data.index(b"PK\x01\x02")])
    assert found["a.log"] == b"line\n" * 5000 and found["c.log"] == b"last\n"
    assert len(found["nhật ký.log"]) == 9000 and len(found) == 3


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_member_that_is_cut_says_so(method: int) -> None:
    data = archive(method)
    assert contents(data[: data.index(b"nh\xe1\xba\xadt") + 200])["nhật ký.log"] == "cut"


def test_what_nobody_reads_is_passed_over() -> None:
    data = archive(zipfile.ZIP_DEFLATED)
    assert list(contents(data[: data.index(b"PK\x01\x02")], read_all=False)) == [
        "a.log",
        "nhật ký.log",
        "c.log",
    ]


def test_noise_never_raises_anything_else() -> None:
    chance = random.Random(4)
    sound = archive(zipfile.ZIP_DEFLATED)
    for _ in range(200):
        data = bytearray(sound)
        for _spot in range(5):
            data[chance.randrange(len(data))] = chance.randrange(256)
        contents(bytes(data))
