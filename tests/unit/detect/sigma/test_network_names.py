from keng.detect.sigma.network_names import NAMES, is_network, renamed
from keng.detect.sigma.rule import FieldRef, Item, Not, Null, RuleSource

NETWORK = RuleSource("network", "", "connection")


def test_only_network_events_are_meant() -> None:
    assert is_network(NETWORK, "zeek", ["firewall"])
    assert not is_network(NETWORK, "zeek", ["dns"])
    assert not is_network(NETWORK, "windows", ["process_creation"])
    assert is_network(RuleSource("network"), "zeek", ["dns"])
    assert not is_network(RuleSource("network", "suricata"), "zeek", ["dns"])
    assert not is_network(RuleSource("firewall"), "zeek", ["firewall"])


def test_names_are_changed_in_rules_of_the_category_only() -> None:
    item = Item("source.ip", ((Null(), FieldRef("destination.ip")),), negated=True)
    assert renamed(Not(item), NETWORK) == Not(Item("src_ip", ((Null(), FieldRef("dst_ip")),), negated=True))
    assert renamed(item, RuleSource("firewall")) == item
    assert len(set(NAMES.values())) == len(NAMES)
