"""Who a TLS client is, by the certificate that the handshake has proved."""

import hashlib
import ssl
from typing import NamedTuple

MAX_NAMES = 100


class PeerCertificate(NamedTuple):
    """fingerprint: SHA-256 of the certificate, in hexadecimal. names: its DNS names, else its common name, lower-case."""

    fingerprint: str
    names: tuple[str, ...]


def peer_certificate(tls: ssl.SSLObject) -> PeerCertificate | None:
    """The certificate of the other side; None if it showed none."""
    der = tls.getpeercert(binary_form=True)
    if not der:
        return None
    about = tls.getpeercert() or {}
    names = [str(value) for kind, value in _pairs(about.get("subjectAltName")) if kind in ("DNS", "URI")]
    if not names:
        for part in about.get("subject", ()):
            names += [str(value) for kind, value in _pairs(part) if kind == "commonName"]
    return PeerCertificate(hashlib.sha256(der).hexdigest(), tuple(name.lower() for name in names[:MAX_NAMES]))


def _pairs(values: object) -> list[tuple[object, object]]:
    found = values if isinstance(values, tuple) else ()
    return [(pair[0], pair[1]) for pair in found if isinstance(pair, tuple) and len(pair) == 2]
