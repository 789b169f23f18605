"""Why a centre cannot be reached, in words that say what to do."""

import http.client
import socket
import ssl
from datetime import UTC, datetime

from keng.i18n import _
from keng.i18n.system_error import system_error

# Numbers of OpenSSL for what is wrong with a certificate.
_NOT_NOW = frozenset({9, 10})
_OTHER_NAME = frozenset({62, 64})
_PLAIN = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")


def why_unreachable(error: OSError | http.client.HTTPException, host: str, tls: bool) -> str:
    """tls: https was spoken."""
    match error:
        case ssl.SSLCertVerificationError():
            return _certificate(error, host)
        case ssl.SSLError() if (error.reason or "") in _PLAIN:
            return _(
                "no TLS is spoken there; is the address http://…, or does the centre lack tls_certificate?"
            )
        case socket.gaierror():
            return _("the name {host} is not known to this machine", host=host)
        case http.client.RemoteDisconnected() | ConnectionResetError() if not tls:
            return _("the connection was closed without an answer; is the address https://…?")
        case OSError():
            return system_error(error) or type(error).__name__
        case _:
            return str(error) or type(error).__name__


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    if error.verify_code in _NOT_NOW:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return _(
            "the centre's certificate is not valid at this machine's time, {now}; is its clock right?",
            now=now,
        )
    if error.verify_code in _OTHER_NAME:
        return _("the centre's certificate is not for {host}", host=host)
    return _(
        "the centre's certificate is not trusted here ({detail}); name who signed it with --ca",
        detail=error.verify_message,
    )
