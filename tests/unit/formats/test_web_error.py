"""Error logs."""

import pytest

from keng.formats.web_error import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_nginx() -> None:
    subset(
        '2024/05/01 12:00:00 [error] 1#2: *3 x, client: 10.0.0.9, server: s, request: "GET /a b HTTP/1.1", host: "h"',
        server="nginx",
        client="10.0.0.9",
        method="GET",
        uri="/a b",
        host="h",
        vhost="s",
    )


def test_apache_2_2_and_2_4() -> None:
    subset(
        "[Wed May 01 12:00:00.1 2024] [core:error] [pid 1:tid 2] [client 10.0.0.9:5] AH00128: x",
        server="apache",
        module="core",
        level="error",
        client="10.0.0.9",
        client_port=5,
        code="AH00128",
    )
    subset("[Wed May 01 12:00:00 2024] [error] [client 10.0.0.9] x", client="10.0.0.9", message="x")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
