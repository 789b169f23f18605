import ssl
from pathlib import Path
from typing import Any, cast

from tests.servers.authority import Authority, fingerprint

from keng.collect.peer_certificate import peer_certificate


class Shown:
    """What `ssl` tells of a client."""

    def __init__(self, der: bytes | None, about: dict[str, Any]) -> None:
        self._der, self._about = der, about

    def getpeercert(self, binary_form: bool = False) -> Any:
        return self._der if binary_form else self._about


def of(der: bytes | None, about: dict[str, Any]) -> Any:
    return peer_certificate(cast(ssl.SSLObject, Shown(der, about)))


def test_names_are_the_alternative_ones_else_the_common_name(tmp_path: Path) -> None:
    file, _key = Authority(tmp_path).issue("fw.bv.vn")
    der = ssl.PEM_cert_to_DER_cert(file.read_text())
    subject = ((("countryName", "VN"),), (("commonName", "Old Name"),))
    found = of(
        der, {"subject": subject, "subjectAltName": (("DNS", "FW.bv.vn"), ("IP Address", "127.0.0.1"))}
    )
    assert (found.fingerprint, found.names) == (fingerprint(file), ("fw.bv.vn",))
    assert of(der, {"subject": subject}).names == ("old name",)


def test_nothing_shown_is_nobody() -> None:
    assert of(None, {}) is None
    assert of(b"", {}) is None
