"""BIND's log: queries and the rest; with its own time stamp in files, or as the message of the syslog program "named".

    01-May-2024 12:00:00.123 queries: info: client @0x7f 10.0.0.1#5000 (www.example.com): query: www.example.com IN A +E(0)K (192.0.2.1)
    01-May-2024 12:00:00.123 security: error: client @0x7f 10.0.0.1#5000 (example.com): zone transfer 'example.com/AXFR/IN' denied

Unbound's queries and answers, whose fields are the same:

    [9:0] info: 10.0.0.1 www.example.com. A IN                             the message of the syslog program "unbound"
    [1714564800] unbound[9:0] reply: 10.0.0.1 www.example.com. A IN NOERROR 0.01 0 45

Fields: timestamp, category, level, client, client_port, view, query, class, record_type, flags, server_ip, outcome,
message. Without query logging the other messages have message, and client where they name one.
"""

import re
from typing import Any

_STAMP = re.compile(
    r"(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?) "
    r"(?:([a-z\-]{3,32}): )?(?:(critical|error|warning|notice|info|debug \d{1,3}): )?"
)
_CLIENT = re.compile(
    r"(?:([a-z\-]{3,32}): )?(?:(critical|error|warning|notice|info): )?"
    r"client (?:@0x[0-9a-f]{1,16} )?([0-9A-Fa-f.:]{2,45}(?:%\w{1,16})?)#(\d{1,5})(?:/key [^\s:]{1,255})?(?: \((\S{0,255}?)\))?: (?:view (\S{1,64}): )?"
)
_QUERY = re.compile(
    r"query: (\S{1,255}) ([A-Z]{2,4}) ([A-Z0-9]{1,12}) ([+\-][A-Za-z0-9()]{0,16})(?: \(([0-9A-Fa-f.:%\w]{2,45})\))?"
)
_TRANSFER = re.compile(
    r"(?:zone transfer|bad zone transfer request:?) '([^'/\n]{1,255})/(AXFR|IXFR)(?:/[A-Z]{2})?'"
)


_FAILED = re.compile(r"query failed \(([A-Z]{3,16})\) for (\S{1,255})/[A-Z]{2,4}/([A-Z0-9]{1,12})")
_POLICY = re.compile(
    r"rpz \S{1,32} (\S{1,32}) rewrite (\S{1,255}?)/([A-Z0-9]{1,12})/[A-Z]{2,4} via (\S{1,255})"
)


# query (cache) 'x/ANY/IN' denied, update 'x/IN' denied, transfer of 'x/IN': AXFR started, response: x IN A NOERROR
_REFUSED = re.compile(
    r"(?:query(?: \(cache\))?|update) '([^'/\n]{1,255})(?:/([A-Z0-9]{1,12}))?/[A-Z]{2}' denied"
)
_SENT = re.compile(
    r"transfer of '([^'/\n]{1,255})/[A-Z]{2}': (?:(AXFR|IXFR)(?:-style IXFR)? (started|ended|failed))?"
)
_RESPONSE = re.compile(r"response: (\S{1,255}) ([A-Z]{2,4}) ([A-Z0-9]{1,12}) ([A-Z]{3,16})")
_LIMIT = re.compile(r"(?:would )?rate limit (drop|slip)")


_UNBOUND = re.compile(
    r"(?:\[(\d{9,11})\] unbound)?\[\d{1,10}:[0-9a-f]{1,4}\] (?:info|query|reply): ([0-9A-Fa-f.:]{2,45}) (\S{1,255}) ([A-Z0-9]{1,12}) ([A-Z]{2})"
    r"(?: ([A-Z]{3,16}) .{0,64})?$"
)


def unbound_fields(text: str) -> dict[str, Any] | None:
    """The fields of a query or an answer of Unbound; None for its other messages."""
    match = _UNBOUND.match(text[:512])
    if not match:
        return None
    names = ("timestamp", "client", "query", "record_type", "class", "rcode")
    fields: dict[str, Any] = {name: one for name, one in zip(names, match.groups(), strict=True) if one}
    fields["query"] = fields["query"].rstrip(".") or "."
    return {**fields, "message": text}


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line of a log file; None if it is none of BIND."""
    match = _STAMP.match(text)
    if not match or not ((match[2] and match[3]) or text.startswith("client ", match.end())):
        return None
    fields = message_fields(text[match.end() :]) or {"message": text[match.end() :]}
    names = (("timestamp", match[1]), ("category", match[2]), ("level", match[3]))
    fields.update((name, value) for name, value in names if value)
    return fields


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message of named that speaks of a client; None for others."""
    match = _CLIENT.match(message[:1024])
    if not match:
        return None
    fields: dict[str, Any] = {"message": message, "client": match[3], "client_port": int(match[4])}
    names = (("category", match[1]), ("level", match[2]), ("query", match[5]), ("view", match[6]))
    fields.update((name, value) for name, value in names if value)
    rest = message[match.end() : match.end() + 1024]
    if query := _QUERY.match(rest):
        fields.update(zip(("query", "class", "record_type", "flags"), query.groups()[:4], strict=True))
        if query[5]:
            fields["server_ip"] = query[5]
    elif transfer := _TRANSFER.match(rest):
        fields["query"], fields["record_type"] = transfer[1], transfer[2]
        fields["outcome"] = "failure" if "denied" in rest else "success"
    elif refused := _REFUSED.match(rest):
        fields["query"], fields["outcome"] = refused[1], "failure"
        if refused[2]:
            fields["record_type"] = refused[2]
    elif sent := _SENT.match(rest):
        fields["query"] = sent[1]
        if sent[2]:
            fields["record_type"], fields["outcome"] = (
                sent[2],
                "failure" if sent[3] == "failed" else "success",
            )
    elif response := _RESPONSE.match(rest):
        fields.update(zip(("query", "class", "record_type", "rcode"), response.groups(), strict=True))
    elif limit := _LIMIT.match(rest):
        fields["action"] = limit[1]
    elif failed := _FAILED.match(rest):
        fields.update(zip(("rcode", "query", "record_type"), failed.groups(), strict=True))
    elif policy := _POLICY.match(rest):
        fields.update(zip(("policy", "query", "record_type", "policy_zone"), policy.groups(), strict=True))
    elif " denied" in rest:
        fields["outcome"] = "failure"
    return fields
