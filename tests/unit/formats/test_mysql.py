"""MySQL and MariaDB."""

import pytest

from keng.formats.mysql import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_audit() -> None:
    subset(
        "20240501 12:00:00,db,an,10.0.0.9,1,2,QUERY,shop,'SELECT \\'a\\', 1',0",
        operation="QUERY",
        statement="SELECT 'a', 1",
        database="shop",
        user="an",
    )
    subset("20240501 12:00:00,db,an,10.0.0.9,1,0,CONNECT,,,1045", outcome="failure")


def test_general_and_error_log() -> None:
    subset(
        "2024-05-01T12:00:00.123456Z\t   12 Query\tSELECT 1",
        operation="Query",
        statement="SELECT 1",
        connection="12",
    )
    subset(
        "2024-05-01T12:00:00.123456Z\t 12 Connect\tan@10.0.0.9 on shop using TCP",
        user="an",
        client="10.0.0.9",
        database="shop",
    )
    subset(
        "2024-05-01 12:00:00 12 [Warning] Access denied for user 'an'@'10.0.0.9'",
        user="an",
        outcome="failure",
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
