"""Certificates made by the real tool."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keng.doctor.certificates import check_certificate, expired_senders, valid_until
from keng.doctor.finding import Finding, Health
from keng.runtime.settings import Settings
from keng.state.certificates import CertificateInfo


def made(folder: Path, name: str, days: int = 365) -> Path:
    """A certificate of its own, and its key beside it."""
    path = folder / f"{name}.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            str(days),
            "-subj",
            f"/CN={name}",
            "-keyout",
            str(folder / f"{name}.key"),
            "-out",
            str(path),
        ],
        check=True,
        capture_output=True,
    )
    return path


def look(now: datetime, **files: Path) -> dict[str, Finding]:
    settings = Settings(**{name: str(path) for name, path in files.items()})
    return {one.check: one for one in check_certificate(settings, now)}


def test_a_certificate_is_good_then_soon_over_then_expired(tmp_path: Path) -> None:
    path, key = made(tmp_path, "centre"), tmp_path / "centre.key"
    now = datetime.now(UTC)
    for days, health in ((0, Health.GOOD), (350, Health.WARN), (366, Health.BAD)):
        found = look(now + timedelta(days=days), tls_certificate=path, tls_key=key)
        assert found["tls_certificate"].health is health
        assert "tls_key" not in found
    assert look(now) == {}


def test_the_years_are_read_as_the_tool_reads_them(tmp_path: Path) -> None:
    for name, days in (("short", 30), ("long", 365 * 40)):
        path = made(tmp_path, name, days)
        said = subprocess.run(
            ["openssl", "x509", "-in", str(path), "-noout", "-enddate"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        expected = datetime.strptime(said.strip(), "notAfter=%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
        assert valid_until(path.read_text()) == expected


def test_what_is_no_certificate_or_belongs_to_another_key_is_told(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    path = made(tmp_path, "centre")
    other = made(tmp_path, "other").with_suffix(".key")
    assert look(now, tls_certificate=path, tls_key=other)["tls_key"].health is Health.BAD
    assert look(now, tls_certificate=other, tls_key=other)["tls_certificate"].health is Health.BAD
    gone = tmp_path / "gone.pem"
    assert look(now, syslog_tls_authority=gone)["tls_authority"].health is Health.BAD
    for text in ("", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----", "\0" * 100):
        assert valid_until(text) is None


@pytest.mark.parametrize(("withdrawn", "days", "expected"), [(0, 366, ["s"]), (1, 366, []), (0, 1, [])])
def test_senders_whose_last_certificate_runs_out_are_named(
    tmp_path: Path, withdrawn: int, days: int, expected: list[str]
) -> None:
    pem = made(tmp_path, "sender").read_text()
    known = [
        CertificateInfo("sha256:1", "s", "", pem, 1, withdrawn),
        CertificateInfo("name:x", "t", "", "", 1, 0),
    ]
    assert expired_senders(known, datetime.now(UTC) + timedelta(days=days)) == expected
