"""The generic category `network` of the taxonomy: which events it means, and what its fields are called here.

Rules with `category: network` name fields as ECS does, whatever wrote the log. They are read with the names that
our mapping gives to every firewall, flow and DNS log; what only some logs have keeps Zeek's name.
"""

from collections.abc import Collection

import msgspec

from keng.detect.sigma.rule import And, AtLeast, Expr, FieldRef, Item, Not, Or, RuleSource

CATEGORY = "network"
SERVICES = {"firewall": "connection", "dns": "dns"}
"""Our category to the service of the generic one."""
NAMES = {
    "source.ip": "src_ip", "source.port": "src_port", "destination.ip": "dst_ip", "destination.port": "dst_port",
    "network.transport": "proto", "network.protocol": "service", "network.state": "conn_state",
    "network.history": "history", "network.community_id": "community_id", "event.duration": "duration",
    "source.packets": "orig_pkts", "destination.packets": "resp_pkts", "source.bytes": "orig_bytes",
    "destination.bytes": "resp_bytes", "dns.id": "trans_id", "dns.question.name": "query",
    "dns.question.type": "record_type", "dns.question.class": "qclass_name", "dns.answers.data": "answer",
    "dns.answers.ttl": "TTLs", "dns.response.code": "rcode_name",
}  # fmt: skip


def is_network(source: RuleSource, product: str, categories: Collection[str]) -> bool:
    """Whether a rule of this source asks for the network events of this product with these categories."""
    if source.category != CATEGORY or source.product not in ("", product):
        return False
    services = {SERVICES[category] for category in categories if category in SERVICES}
    return bool(services) and (not source.service or source.service in services)


def renamed(expression: Expr, source: RuleSource) -> Expr:
    """The expression with the names of fields that events have; unchanged if the source is another."""
    return _renamed(expression) if source.category == CATEGORY else expression


def _renamed(expression: Expr) -> Expr:
    if isinstance(expression, Item):
        groups = tuple(
            tuple(
                msgspec.structs.replace(one, field=NAMES.get(one.field, one.field))
                if isinstance(one, FieldRef)
                else one
                for one in group
            )
            for group in expression.groups
        )
        return Item(NAMES.get(expression.field, expression.field), groups, expression.negated)
    if isinstance(expression, Not):
        return Not(_renamed(expression.arg))
    if isinstance(expression, And | Or | AtLeast):
        return msgspec.structs.replace(expression, args=tuple(map(_renamed, expression.args)))
    return expression
