"""Exim's main and reject logs: with their own time in files, or as the message of the syslog program "exim".

    2026-11-24 10:11:12 [1234] 1abcDE-0001xY-AB <= an@tinh.example H=pc7 [10.1.2.3]:5000 P=esmtpsa A=plain:an S=1234 id=…
    2026-11-24 10:11:12 +0700 1abcDE-0001xY-AB => x@mail.example R=dnslookup T=remote_smtp H=mx [203.0.113.9] C="250 OK"
    2026-11-24 10:11:12 login authenticator failed for (User) [198.51.100.7]: 535 Incorrect authentication data (set_id=an)

Fields: timestamp, queue_id, flag, address, H (the other host), P, A, S, R, C, …, src_ip or relay_ip with its port, user,
action, outcome, message. What a mail is about (T= of an arrival) is no field; privacy masks it in the text.
"""

import re
from typing import Any

_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?(?: [+-]\d{4})?) (?:\[\d{1,10}\] )?(?=\S)", re.ASCII
)
_ID = re.compile(
    r"((?:[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2})|(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4})) "
)
_FLAG = re.compile(r"(<=|=>|->|>>|\*\*|==|\*>|\(=) (\S{1,320})")
_PAIR = re.compile(
    r'(?<= )(H|P|X|A|S|R|C|U|F|CV|DN|QT|DT|id|ID|I|K|M8S|PRX|TFO|RT)=("[^"\n]{0,1024}"|\([^)\n]{0,255}\)|[^\s"]{1,1024})'
)
_PEER = re.compile(
    r"\[([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})\](?::(\d{1,5}))?"
)
_FAILED = re.compile(r"\S{1,64} authenticator failed for ")
_SET_ID = re.compile(r"\(set_id=([^)\n]{1,255})\)")
_SIGNS = (
    "rejected ", "SMTP ", "no host name found", "TLS error on", "Completed", "Start queue run", "End queue run",
    "exim 4.", "refused connection", "unexpected disconnection", "no IP address found", "DKIM: ", "temporarily rejected",
    "daemon started", "lost input connection", "spam acl condition", "Message is frozen", "SMTP connection",
)  # fmt: skip
_LOOKED_AT = 4096


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line of a log file; None if it is none of Exim."""
    match = _STAMP.match(text)
    if not match:
        return None
    fields = message_fields(text[match.end() :])
    return None if fields is None else {"timestamp": match[1], **fields}


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message, with or without its own time before it; None for others."""
    if inner := _STAMP.match(message):
        message = message[inner.end() :]
    head = message[:_LOOKED_AT]
    fields: dict[str, Any] = {"message": message}
    queued = _ID.match(head)
    rest = head[queued.end() :] if queued else head
    if queued:
        fields["queue_id"] = queued[1]
    flag = _FLAG.match(rest)
    if flag:
        fields["flag"], fields["address"] = flag.groups()
    failed = _FAILED.match(rest)
    if not (flag or failed or queued or any(sign in rest[:512] for sign in _SIGNS)):
        return None
    if not queued and not failed and "[" not in rest and not rest.startswith(_SIGNS):
        return None
    for name, value in _PAIR.findall(f" {rest}"):
        fields.setdefault(name, value.strip('"'))
    if peer := _PEER.search(rest):
        arrived = flag is None or flag[1] in ("<=", "(=")
        fields["src_ip" if arrived else "relay_ip"] = peer[1]
        if peer[2]:
            fields["src_port" if arrived else "relay_port"] = int(peer[2])
    _outcome(rest, fields, failed is not None)
    return fields


def _outcome(rest: str, fields: dict[str, Any], failed: bool) -> None:
    if failed:
        fields["action"], fields["outcome"] = "login", "failure"
        if named := _SET_ID.search(rest):
            fields["user"] = named[1]
    elif "A" in fields:
        fields["user"] = str(fields["A"]).partition(":")[2] or fields["A"]
        fields["action"], fields["outcome"] = "login", "success"
    elif "rejected " in rest:
        fields["action"] = "reject"
