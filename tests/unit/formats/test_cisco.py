"""Cisco."""

import pytest

from keng.formats.cisco import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_asa_connections_by_direction() -> None:
    subset(
        "%ASA-6-302013: Built inbound TCP connection 1 for outside:10.0.0.9/5 (10.0.0.9/5) to inside:192.0.2.1/22 (192.0.2.1/22)",
        src_ip="10.0.0.9",
        dst_port=22,
        direction="inbound",
        protocol="tcp",
    )
    subset(
        "%ASA-6-302013: Built outbound TCP connection 1 for outside:192.0.2.1/22 (x) to inside:10.0.0.9/5 (y)",
        src_ip="10.0.0.9",
        dst_port=22,
    )


def test_access_lists() -> None:
    subset(
        "%ASA-6-106100: access-list out denied udp outside/10.0.0.9(5) -> inside/192.0.2.1(161) hit-cnt 1",
        access_group="out",
        action="denied",
        dst_port=161,
    )
    subset(
        "%SEC-6-IPACCESSLOGP: list 101 permitted tcp 10.0.0.9(5) -> 192.0.2.1(22), 1 packet",
        action="permitted",
        src_port=5,
    )


def test_ios_prefix_user_and_command() -> None:
    subset(
        "45: rtr: *May  1 12:00:00.123: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged command:no logging",
        device="rtr",
        user="admin",
        command="no logging",
        severity=5,
    )
    subset(
        "%SEC_LOGIN-5-WEBLOGIN_SUCCESS: Login Success [user: an] [Source: 10.0.0.9]",
        user="an",
        src_ip="10.0.0.9",
    )


def test_the_tag_stands_near_the_beginning() -> None:
    assert fields_of("x" * 400 + " %SYS-5-CONFIG_I: x") is None
    assert fields_of("50% - done") is None


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
