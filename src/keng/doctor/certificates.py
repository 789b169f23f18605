"""Checks of certificates: the centre's own, and those with which log sources sign in."""

import base64
import binascii
import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keng.doctor.finding import Finding, Health, judged
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.runtime.settings import Settings
from keng.state.certificates import CertificateInfo

SOON = timedelta(days=21)
MAX_BYTES = 1 << 20
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")
# Validity ::= SEQUENCE { notBefore Time, notAfter Time }; a Time is a UTCTime (two digits of the year) or a GeneralizedTime.
_TIME = rb"(?:\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z)"
_VALIDITY = re.compile(rb"\x30[\x1e-\x22]" + _TIME + _TIME)


def valid_until(pem: str) -> datetime | None:
    """When the first of the certificates of a PEM text that expires does; None where there is none."""
    found = []
    for block in _PEM.findall(pem):
        try:
            match = _VALIDITY.search(base64.b64decode("".join(block.split())))
        except (binascii.Error, ValueError):
            continue
        if match:
            short, long = match[3], match[4]
            century = "" if long else "20" if short[:2] < b"50" else "19"
            text = century + (long or short).decode("ascii")
            found.append(datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    return min(found, default=None)


def check_certificate(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The centre's own files: they can be read, belong together, and are valid for some time yet."""
    advice = _("Renew it, and start the centre again.")
    for name, path in (
        ("tls_certificate", settings.tls_certificate),
        ("tls_authority", settings.syslog_tls_authority),
    ):
        if not path:
            continue
        try:
            with Path(path).open(encoding="ascii", errors="replace") as file:
                until = valid_until(file.read(MAX_BYTES))
        except OSError as error:
            text = _("{path} cannot be read: {reason}", path=path, reason=system_error(error))
            yield Finding(name, Health.BAD, text, _("See the settings and the rights of the file."))
            continue
        if until is None:
            text = _("{path} holds no certificate", path=path)
            yield Finding(name, Health.BAD, text, _("It is a PEM file: -----BEGIN CERTIFICATE-----"))
            continue
        over = until <= now
        told = f"{until:%Y-%m-%d %H:%M} UTC"
        text = (
            _("the certificate {path} is valid until {when}", path=path, when=told)
            if not over
            else _("the certificate {path} has expired on {when}", path=path, when=told)
        )
        yield judged(name, until - now > SOON, text, advice, Health.BAD if over else Health.WARN)
    if settings.tls_certificate and settings.tls_key:
        yield from _pair(settings)


def _pair(settings: Settings) -> Iterator[Finding]:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else system_error(error)
        text = _("certificate and key cannot be used: {reason}", reason=reason)
        yield Finding("tls_key", Health.BAD, text, _("Give the key that belongs to the certificate."))


def expired_senders(known: list[CertificateInfo], now: datetime) -> list[str]:
    """Log sources whose registered certificate has expired, or soon does, and that have no other that works."""
    until: dict[str, datetime] = {}
    for one in known:
        ends = valid_until(one.pem) if one.pem else None
        if ends is not None and not one.withdrawn_us:
            until[one.source] = max(ends, until.get(one.source, ends))
    return sorted(source for source, ends in until.items() if ends - now <= SOON)
