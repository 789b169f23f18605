"""PostgreSQL."""

import pytest

from keng.formats.postgresql import fields_of, message_fields


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_statements_and_refusals() -> None:
    subset(
        "2024-05-01 12:00:00.1 UTC [12] an@shop LOG:  statement: SELECT 1",
        user="an",
        database="shop",
        statement="SELECT 1",
        pid="12",
    )
    subset(
        '2024-05-01 12:00:00 +07 [12] FATAL:  password authentication failed for user "an"',
        user="an",
        outcome="failure",
    )


def test_pgaudit() -> None:
    subset(
        '2024-05-01 12:00:00 UTC [1] LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.x,"SELECT a, b",<none>',
        audit_class="READ",
        object="public.x",
        statement="SELECT a, b",
    )


def test_in_syslog() -> None:
    found = message_fields("[7-1] an@shop ERROR:  boom")
    assert found is not None and (found["level"], found["message"], found["user"]) == ("ERROR", "boom", "an")
    assert message_fields("hello") is None


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
