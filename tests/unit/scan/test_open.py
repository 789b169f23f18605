"""Files down to their logs."""

import gzip
import io
import zipfile

import pytest
import zstandard

from keng.scan.open import Log, open_logs
from keng.scan.refused import Refused

LOG = b'{"a": 1}\n'


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files.items():
            written.writestr(name.replace("_", "."), data)
    return out.getvalue()


def logs(data: bytes) -> list[tuple[str, bytes | str]]:
    found: list[tuple[str, bytes | str]] = []
    for log in open_logs(io.BytesIO(data), "x", len(data), 7):
        if isinstance(log, Refused):
            found.append((log.where, "refused"))
        else:
            assert isinstance(log, Log)
            found.append((log.label, log.source.read(1 << 20)))
    return found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LOG, [("x", LOG)]),
        (b"", [("x", b"")]),
        (gzip.compress(LOG), [("x", LOG)]),
        (zstandard.compress(LOG), [("x", LOG)]),
        (zipped(a_json=LOG, b_json=LOG), [("x!a.json", LOG), ("x!b.json", LOG)]),
        (zipped(a_gz=gzip.compress(LOG)), [("x!a.gz", LOG)]),
        (gzip.compress(zipped(a_json=LOG)), [("x!a.json", LOG)]),
        (zipped(in_zip=zipped(a_json=LOG), b_json=LOG), [("x!in.zip!a.json", LOG), ("x!b.json", LOG)]),
    ],
    ids=["plain", "empty", "gz", "zst", "zip", "gz in zip", "zip in gz", "zip in zip"],
)
def test_archives_in_each_other_are_opened_by_content(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert logs(data) == expected


def test_depth_is_bounded_and_the_rest_goes_on() -> None:
    deep = LOG
    for _ in range(6):
        deep = gzip.compress(deep)
    assert logs(zipped(a_gz=deep, b_json=LOG)) == [("x!a.gz", "refused"), ("x!b.json", LOG)]


def test_broken_archives_are_refused_under_their_label() -> None:
    assert logs(b"PK\x03\x04" + bytes(50)) == [("x", "refused")]
    assert logs(b"\x1f\x8b\x08" + b"\xff" * 50) == [("x", "refused")]
    assert logs(b"\x28\xb5\x2f\xfd" + b"\xff" * 50) == [("x", "refused")]
    assert logs(zipped(in_zip=b"PK\x03\x04broken", b_json=LOG)) == [
        ("x!in.zip", "refused"),
        ("x!b.json", LOG),
    ]


def test_what_mac_os_adds_to_archives_is_left_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("a.json", LOG)
        written.writestr("__MACOSX/._a.json", b"\0\x05\x16\x07")
    assert logs(out.getvalue()) == [("x!a.json", LOG)]
