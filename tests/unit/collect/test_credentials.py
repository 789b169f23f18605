import base64

import pytest

from keng.collect.credentials import token_of


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer keng_a", "keng_a"),
        ("bearer   keng_a ", "keng_a"),
        ("ApiKey keng_a", "keng_a"),
        ("ApiKey " + b64("src:keng_a"), "keng_a"),
        ("Basic " + b64("user:keng_a:b"), "keng_a:b"),
        ("Basic " + b64("nocolon"), ""),
        ("Basic ☃", ""),
        ("Digest x", ""),
        ("", ""),
        ("Basic " + "A" * 10_000, ""),
    ],
)
def test_the_token_is_read_from_the_header(header: str, token: str) -> None:
    assert token_of(header) == token
