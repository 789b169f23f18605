import pytest

from keng.formats.mssql import fields_of


def test_a_refused_logon() -> None:
    found = fields_of(
        "2026-11-24 10:11:12.12 Logon       Login failed for user 'sa'. Reason: x. [CLIENT: 198.51.100.7]"
    )
    assert found is not None
    assert (found["user"], found["client"], found["outcome"]) == ("sa", "198.51.100.7", "failure")


def test_numbers_of_an_error() -> None:
    found = fields_of("2026-11-24 10:11:12.12 spid55s     Error: 18456, Severity: 14, State: 8.")
    assert found is not None
    assert (found["error"], found["level"], found["process"]) == (18456, 14, "spid55s")


@pytest.mark.parametrize("text", ["", "2026-11-24 10:11:12.12 INFO  x", "2026-11-24 10:11:12 Logon  x"])
def test_other_lines_are_none_of_it(text: str) -> None:
    assert fields_of(text) is None
