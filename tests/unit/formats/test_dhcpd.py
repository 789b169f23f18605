"""dhcpd and Kea."""

import pytest

from keng.formats.dhcpd import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_exchanges() -> None:
    subset(
        "DHCPACK on 10.0.0.9 to aa:bb:cc:dd:ee:ff (pc) via eth0",
        action="DHCPACK",
        ip="10.0.0.9",
        client_name="pc",
        interface="eth0",
    )
    subset("DHCPDISCOVER from aa:bb:cc:dd:ee:ff via eth0", mac="aa:bb:cc:dd:ee:ff")
    subset(
        "INFO  [kea-dhcp4.leases.1] DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:cc:dd:ee:01], cid=[], tid=0x1: lease 10.0.0.10 has been allocated",
        ip="10.0.0.10",
        mac="aa:bb:cc:dd:ee:01",
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
