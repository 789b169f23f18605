"""OpenVPN's server log: with its own time in files, or as the message of the syslog program "openvpn".

    2024-05-01 12:00:00 10.0.0.1:1194 [an] Peer Connection Initiated with [AF_INET]10.0.0.1:1194
    Wed May  1 12:00:00 2024 10.0.0.1:1194 TLS Error: TLS handshake failed
    an/10.0.0.1:1194 SIGTERM[soft,remote-exit] received, client-instance exiting
    10.0.0.1:1194 TLS: Username/Password authentication succeeded for username 'an'

Fields: timestamp, user, src_ip, src_port, action, outcome, message.
"""

import re
from typing import Any

_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) (?:us=\d{1,6} )?"
)
_PEER = re.compile(
    r"(?:([^\s/]{1,128})/)?(?:(?:udp|tcp)[46]?:)?\[?([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]{3,45})\]?:(\d{1,5}) "
)
_INITIATED = re.compile(r"\[([^\]\n]{1,128})\] Peer Connection Initiated")
_NAMED = re.compile(r"username '([^'\n]{0,128})'")
_SAID = re.compile(r"user '([^'\n]{1,128})' (authenticated|could not authenticate)")
_SIGNS = (
    "PLUGIN_CALL",
    "peer info",
    "SENT CONTROL",
    "Peer Connection Initiated",
    "TLS",
    "VERIFY",
    "SIGTERM",
    "SIGUSR1",
    "AUTH",
    "MULTI",
    "PUSH",
    "Connection reset",
    "Inactivity timeout",
)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line of a log file; None if it is none of OpenVPN."""
    match = _STAMP.match(text)
    if not match:
        return None
    fields = message_fields(text[match.end() :])
    return None if fields is None else {"timestamp": match[1], **fields}


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message that names a peer, or a user who signed in; None for others."""
    match = _PEER.match(message[:1024])
    if not match:
        if not (said := _SAID.match(message[:1024])):
            return None
        outcome = "failure" if said[2].startswith("could") else "success"
        return {"message": message, "user": said[1], "action": "connect", "outcome": outcome}
    rest = message[match.end() : match.end() + 2048]
    if not any(sign in rest for sign in _SIGNS):
        return None
    fields: dict[str, Any] = {"message": message, "src_ip": match[2], "src_port": int(match[3])}
    named = _INITIATED.match(rest) or _NAMED.search(rest)
    if user := (named[1] if named else match[1]):
        fields["user"] = user
    if "Peer Connection Initiated" in rest or "authentication succeeded" in rest:
        fields["action"], fields["outcome"] = "connect", "success"
    elif (
        "AUTH_FAILED" in rest
        or "authentication failed" in rest.lower()
        or "TLS Error" in rest
        or "VERIFY ERROR" in rest
        or "Auth Error" in rest
        or ("PASS_VERIFY status=" in rest and "status=0" not in rest)
    ):
        fields["action"], fields["outcome"] = "connect", "failure"
    elif "SIGTERM" in rest or "Connection reset" in rest:
        fields["action"] = "disconnect"
    return fields
