"""Columns of found events."""

from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.web.columns import MAX_COLUMNS, cleaned, fields_of, value_of

EVENT = StoredEvent(
    "0" * 32, 1, 2, "bv", "bv-win", "dc01", "winlogbeat", "windows", "security", ("a", "b"), True, 7,
    HotColumns(user="an", dst_port=443), {"LogonType": "3", "RuleName": "r"}, "raw",
)  # fmt: skip


def test_a_value_is_found_under_every_name_of_the_language() -> None:
    wanted = {"user": "an", "port": "443", "src_port": "", "host": "dc01", "category": "a, b", "logontype": "3",
              "rule": "r", "LogonType": "3", "nothing": "", "agency": "bv"}  # fmt: skip
    assert {name: value_of(EVENT, name) for name in wanted} == wanted


def test_names_are_cleaned_and_bounded() -> None:
    assert cleaned([" a ", "a", "", 5, "b"]) == ("a", "b")
    assert len(cleaned([f"c{n}" for n in range(50)])) == MAX_COLUMNS


def test_fields_that_events_have_the_most_frequent_first() -> None:
    assert set(fields_of([EVENT])) == {"user", "dst_port", "LogonType", "RuleName"}
