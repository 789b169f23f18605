"""Client certificates with which log sources sign in by TLS: registered by fingerprint, or by a name that the
centre's own authority has certified. A withdrawn certificate stays in the table, so that it is refused even where
its name would be let in.
"""

import base64
import binascii
import hashlib
import re

import msgspec
from sqlalchemy import Connection, insert, select, update

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.state.tables.register import certificate as table

MAX_PEM = 64 * 1024
BY_FINGERPRINT, BY_NAME = "sha256:", "name:"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,65536})-----END CERTIFICATE-----")
_NAME = re.compile(r"[a-z0-9*][a-z0-9.@_:/*-]{0,252}")
# The common name in a certificate: the issuer's comes first, then the subject's.
_COMMON_NAME = re.compile(rb"\x06\x03\x55\x04\x03[\x0c\x13\x14\x16](.)", re.DOTALL)


class CertificateInfo(msgspec.Struct, frozen=True):
    """A registered certificate. identity: "sha256:<hex>" or "name:<name>"; withdrawn_us is 0 while it works."""

    identity: str
    source: str
    subject: str
    pem: str
    created_us: int
    withdrawn_us: int


def read_certificate(pem: str) -> CertificateInfo | Rejected:
    """What the first certificate of a PEM text is, not yet registered."""
    match = _PEM.search(pem[:MAX_PEM])
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True) if match else b""
    except (binascii.Error, ValueError):
        der = b""
    if not der.startswith(b"\x30"):
        return Rejected(_("no certificate in PEM form (-----BEGIN CERTIFICATE-----) is in it"))
    fingerprint = BY_FINGERPRINT + hashlib.sha256(der).hexdigest()
    text = base64.encodebytes(der).decode()
    return CertificateInfo(
        fingerprint,
        "",
        _subject(der),
        f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n",
        0,
        0,
    )


def add_certificate(conn: Connection, source: str, pem: str, now_us: int) -> CertificateInfo | Rejected:
    """Register the certificate of a PEM text for a source; refused if it stands for another one already."""
    found = read_certificate(pem)
    if isinstance(found, Rejected):
        return found
    return _add(conn, msgspec.structs.replace(found, source=source, created_us=now_us))


def add_name(conn: Connection, source: str, name: str, now_us: int) -> CertificateInfo | Rejected:
    """Let in any certificate that the centre's authority issued to this DNS name (or common name)."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        return Rejected(_("not a name that a certificate can carry: “{name}”", name=name[:80]))
    return _add(conn, CertificateInfo(BY_NAME + name, source, name, "", now_us, 0))


def withdraw_certificates(conn: Connection, source: str, now_us: int, identity: str = "") -> int:
    """Withdraw the source's certificates, or the one whose identity begins so; returns how many. Connections that
    are open by it are closed within a second."""
    query = update(table).where(table.c.source == source, table.c.withdrawn_us == 0)
    if identity:
        query = query.where(table.c.identity.startswith(identity, autoescape=True))
    return conn.execute(query.values(withdrawn_us=now_us)).rowcount


def certificates(conn: Connection, source: str | None = None) -> list[CertificateInfo]:
    """All certificates, withdrawn ones too, oldest first; of one source, or of every one."""
    query = select(table).order_by(table.c.id)
    if source is not None:
        query = query.where(table.c.source == source)
    return [
        CertificateInfo(row.identity, row.source, row.subject, row.pem, row.created_us, row.withdrawn_us)
        for row in conn.execute(query)
    ]


def _add(conn: Connection, new: CertificateInfo) -> CertificateInfo | Rejected:
    holder = conn.scalar(
        select(table.c.source).where(table.c.identity == new.identity, table.c.withdrawn_us == 0)
    )
    if holder == new.source:
        return new
    if holder is not None:
        return Rejected(
            _("it stands for the log source “{source}” already; withdraw it there", source=holder)
        )
    conn.execute(insert(table).values(**msgspec.structs.asdict(new)))
    return new


def _subject(der: bytes) -> str:
    names = [der[match.end() : match.end() + match[1][0]] for match in _COMMON_NAME.finditer(der)]
    return names[min(1, len(names) - 1)].decode("utf-8", "replace") if names else ""
