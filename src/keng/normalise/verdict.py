"""What a filter did with a connection: the words that devices have for it, as Sigma's `blocked`."""

from typing import Any

REFUSED = frozenset((
    "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "server-rst", "reset", "reset-both",
    "reset-client", "reset-server", "drop-icmp", "block-url", "block-ip", "sinkhole", "tcp_denied", "tcp_denied_reply", "udp_denied",
    "prevent", "quarantine", "quarantined",
))  # fmt: skip
ALLOWED = frozenset((
    "accept", "accepted", "allow", "allowed", "permit", "permitted", "pass", "passed", "passthrough", "forward",
    "forwarded", "est-allowed", "built", "close", "client-rst", "timeout", "start", "alert", "detected",
))  # fmt: skip
PROTOCOLS = {
    "1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6",
    "89": "ospf", "132": "sctp",
}  # fmt: skip
_ABSENT = (None, "", "-", "n/a", "N/A")


def add_verdict(fields: dict[str, Any]) -> None:
    """`blocked` from `action`, where the word is known; `proto` in small letters, numbers as names."""
    action = str(fields.get("action", "")).casefold()
    if action in REFUSED:
        fields["blocked"] = True
    elif action in ALLOWED:
        fields.setdefault("blocked", False)
    if "proto" in fields:
        # SonicWall writes udp/dns.
        proto = str(fields["proto"]).casefold().partition("/")[0]
        fields["proto"] = PROTOCOLS.get(proto, proto)


def renamed(own: dict[str, Any], names: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The values of `own` under other names: (own name, other name), the first that is present wins."""
    fields: dict[str, Any] = {}
    for raw, name in names:
        if name not in fields and (value := own.get(raw)) not in _ABSENT:
            fields[name] = value
    return fields


def number(value: Any) -> Any:
    """A port or count that came as text, as a number; anything else as it is."""
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16
        else value
    )
