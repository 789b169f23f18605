"""A small certification authority by the `openssl` command, as docs/send-logs.md shows it to users."""

import hashlib
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


class Authority:
    """Issues certificates into `folder`; `certificate` is the authority's own."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("openssl"):
            pytest.skip("needs openssl")
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        self._run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", "/CN=Keng test authority", "-keyout", str(self._key), "-out", str(self.certificate),
        )  # fmt: skip

    def issue(self, name: str, days: int = 365) -> tuple[Path, Path]:
        """Certificate and key for a DNS name."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{name},IP:127.0.0.1\n")
        self._run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", str(key), "-out", str(request),
        )  # fmt: skip
        self._run(
            "x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key),
            "-CAcreateserial", "-days", str(days), "-extfile", str(extensions), "-out", str(certificate),
        )  # fmt: skip
        return certificate, key

    def self_signed(self, name: str) -> tuple[Path, Path]:
        """A certificate that nobody issued, and its key."""
        key, certificate = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        self._run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365",
            "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(certificate),
        )  # fmt: skip
        return certificate, key

    def client(self, certificate: Path, key: Path) -> ssl.SSLContext:
        """The TLS context of a client that shows this certificate."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.load_cert_chain(certificate, key)
        return context

    @staticmethod
    def _run(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a certificate, as Kẻng names it."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()
