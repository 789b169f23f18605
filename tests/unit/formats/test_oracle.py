import pytest

from keng.formats.oracle import fields_of


@pytest.mark.parametrize(("code", "outcome"), [("0", "success"), ("1017", "failure")])
def test_a_logon_of_the_unified_trail(code: str, outcome: str) -> None:
    found = fields_of(f'Oracle Unified Audit[7]: LENGTH: \'9\' DBUSER:"AN" ACTION:"100" RETCODE:"{code}"')
    assert found is not None
    assert (found["user"], found["action"], found["outcome"]) == ("AN", "login", outcome)


def test_a_statement_of_the_administrator() -> None:
    found = fields_of(
        "Oracle Audit[7]: LENGTH : '9' ACTION :[9] 'drop table x' DATABASE USER:[1] '/' STATUS:[1] '0'"
    )
    assert found is not None
    assert (found["statement"], found["user"]) == ("drop table x", "/")


def test_other_messages_are_none_of_it() -> None:
    assert fields_of("Oracle Audit: x") is None
