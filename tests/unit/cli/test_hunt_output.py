"""What `keng hunt` writes."""

import io
import json
from typing import Any

import pytest

from keng.cli.hunt_output import show
from keng.runtime.hunting import HuntRequest

EVENT = {
    "event": {
        "time": "2026-11-24T01:02:03.000000Z",
        "agency": "bv",
        "host": "dc01",
        "user": "=1+1",
        "command_line": "evil\x1b[31m",
        "fields": {"LogonType": "3"},
    }
}


def written(items: list[dict[str, Any]], kind: str, form: str, columns: tuple[str, ...] = ()) -> str:
    out = io.StringIO()
    show(iter(items), HuntRequest("x", kind), form, columns, out)
    return out.getvalue()


def test_a_table_shows_the_telling_value_and_no_control_characters() -> None:
    text = written([EVENT], "events", "table")
    assert "dc01" in text and "evil\\x1b[31m" in text and "\x1b[31m" not in text


def test_columns_are_chosen_by_any_name() -> None:
    assert "3" in written([EVENT], "events", "table", ("logontype",))
    assert json.loads(written([EVENT], "events", "json", ("user", "LogonType"))) == {
        "user": "=1+1",
        "LogonType": "3",
    }


def test_csv_is_safe_and_json_is_the_event() -> None:
    assert '"\'=1+1"' in written([EVENT], "events", "csv")
    assert json.loads(written([EVENT], "events", "json")) == EVENT["event"]


@pytest.mark.parametrize(
    ("items", "kind", "words"),
    [
        ([{"count": 7}], "count", ["7"]),
        ([{"field": "User"}], "fields", ["User"]),
        ([{"value": "u1", "count": 5}], "top", ["value", "u1", "5"]),
        ([{"columns": ["a", "b"]}, {"row": [1, None]}], "sql", ["a", "b", "1"]),
    ],
)
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_every_kind_in_every_form(
    items: list[dict[str, Any]], kind: str, words: list[str], form: str
) -> None:
    text = written(items, kind, form)
    assert all(word in text for word in words if form != "json")


def test_nothing_found_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    assert "Nothing found" in written([], "events", "table")
    assert written([], "events", "json") == ""
