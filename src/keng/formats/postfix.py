"""Postfix: the message of the syslog programs "postfix/smtpd", "postfix/smtp", "postfix/qmgr" and so on.

    4B1C2: from=<a@x.example>, size=1234, nrcpt=1 (queue active)
    4B1C2: to=<b@y.example>, relay=mx.y.example[192.0.2.1]:25, delay=0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok)
    4B1C2: client=host[10.0.0.1], sasl_method=LOGIN, sasl_username=an
    NOQUEUE: reject: RCPT from host[10.0.0.1]: 554 5.7.1 …; from=<a> to=<b> proto=ESMTP helo=<h>
    warning: host[10.0.0.1]: SASL LOGIN authentication failed: …, sasl_username=an
    connect from host[10.0.0.1]

Fields: queue_id, the pairs by their own names, client_name, client_ip, relay_name, relay_ip, relay_port, action,
outcome, status_text, message. Subjects, where header checks note them, are taken out later (see content.py).
"""

import re
from typing import Any

_QUEUE = re.compile(r"([0-9A-F]{5,16}|[0-9A-Za-z]{10,20}|NOQUEUE): ")
_PAIR = re.compile(
    r"\b(from|to|orig_to|size|nrcpt|relay|delay|dsn|status|client|sasl_method|sasl_username|proto|helo|message-id|uid)=(<[^>\n]{0,512}>|[^,;\s]{0,512})"
)
_PEER = re.compile(
    r"(?:from |client=|^warning: |relay=|: )([\w.\-]{1,255})\[([0-9A-Fa-f.:]{2,45})\](?::(\d{1,5}))?"
)
_BARE_PEER = re.compile(r"(?:from|client) \[([0-9A-Fa-f.:]{2,45})\]:(\d{1,5})")
_ACTION = re.compile(
    r"(CONNECT|DISCONNECT|PREGREET|DNSBL|HANGUP|BLACKLISTED|DENYLISTED|PASS|reject|warning|hold|discard|connect|disconnect|lost connection|timeout|removed|milter-reject)\b"
)
_STATUS = re.compile(r"status=\w{1,16} \((.{0,512})\)$")


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; every message of Postfix has at least its text."""
    fields: dict[str, Any] = {"message": message}
    text = message[:4096]
    if queue := _QUEUE.match(text):
        fields["queue_id"] = queue[1]
        text = text[queue.end() :]
    for name, value in _PAIR.findall(text):
        fields.setdefault(name, value.strip("<>"))
    if action := _ACTION.match(text):
        fields["action"] = action[1].lower()
    if peer := _PEER.search(text):
        side = "relay" if text[peer.start() : peer.start() + 6] == "relay=" else "client"
        fields[f"{side}_name"], fields[f"{side}_ip"] = peer[1], peer[2]
        if side == "relay" and peer[3]:
            fields["relay_port"] = int(peer[3])
    elif peer := _BARE_PEER.search(text):
        # postscreen has no name of it yet.
        fields["client_ip"], fields["client_port"] = peer[1], int(peer[2])
    if "authentication failed" in text:
        fields["action"], fields["outcome"] = "sasl", "failure"
    elif "sasl_username" in fields:
        fields["action"], fields["outcome"] = "sasl", "success"
    elif fields.get("action") == "reject":
        fields["outcome"] = "failure"
    if status := _STATUS.search(text):
        fields["status_text"] = status[1]
    return fields
