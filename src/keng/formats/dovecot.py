"""Dovecot: the message of the syslog program "dovecot", or of its own log file ("May 01 12:00:00 imap-login: Info: …").

    imap-login: Login: user=<an>, method=PLAIN, rip=10.0.0.1, lip=192.0.2.1, mpid=12, TLS, session=<…>
    imap-login: Disconnected (auth failed, 3 attempts in 9 secs): user=<an>, method=PLAIN, rip=10.0.0.1, lip=…
    auth: passwd-file(an,10.0.0.1,<session>): Password mismatch

Fields: service, action, outcome, user, method, rip, lip, session, attempts, tls, message.
"""

import re
from typing import Any

_SERVICE = re.compile(
    r"([a-z0-9\-]{2,24})(?:\([^)\n]{0,255}\))?(?:<[^>\n]{0,128}>){0,2}: (?:(Info|Warning|Error|Debug|Fatal): )?"
)
_PAIR = re.compile(r"\b(user|method|rip|lip|session|rport|lport|mpid)=(<[^>\n]{0,255}>|[^,\s]{0,255})")
_ATTEMPTS = re.compile(r"auth failed, (\d{1,6}) attempts")
_AUTH = re.compile(r"[\w\-]{2,32}\(([^,)\n]{0,255}),([0-9A-Fa-f.:]{2,45})[^)\n]{0,255}\): (.{0,255})")
_OWNER = re.compile(
    r"(?:imap|pop3|lmtp|lda|managesieve|submission|indexer-worker|doveadm)\(([^)\n]{1,255})\)"
)
_FAILED = (
    "auth failed",
    "Password mismatch",
    "password mismatch",
    "unknown user",
    "authentication failed",
    "Aborted login",
    "pam_authenticate() failed",
    "Authentication failure",
    "user disabled",
)
LEVELS = ("Info: ", "Warning: ", "Error: ", "Debug: ", "Fatal: ")
"""How a message in Dovecot's own log file begins, after the service."""


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; None if it does not begin with one of Dovecot's services."""
    match = _SERVICE.match(message)
    if not match:
        return None
    rest = message[match.end() : match.end() + 4096]
    fields: dict[str, Any] = {"message": message, "service": match[1]}
    for name, value in _PAIR.findall(rest):
        fields.setdefault(name, value.strip("<>"))
    if attempts := _ATTEMPTS.search(rest):
        fields["attempts"] = int(attempts[1])
    if any(mark in rest for mark in _FAILED):
        fields["action"], fields["outcome"] = "login", "failure"
    elif rest.startswith("Login:"):
        fields["action"], fields["outcome"] = "login", "success"
    if (owner := _OWNER.match(message)) and "user" not in fields:
        fields["user"] = owner[1]
    if match[1].startswith("auth") and (auth := _AUTH.search(rest)):
        fields["user"], fields["rip"] = auth[1], auth[2]
    if ", TLS" in rest:
        fields["tls"] = True
    return fields
