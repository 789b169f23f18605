"""An event in one line."""

from types import ModuleType
from typing import Any

import msgspec

from keng.web.summary import event_line, hot_values, short_host


def test_the_line_names_who_did_what(centre: Any, province: ModuleType) -> None:
    event = province.attack_events(centre.now_us)[0][0]
    stored = centre.store.get(event.id, None)
    line = {bit.field: bit.value for bit in event_line(stored)}
    assert line["user"] == "TINH\\tran.hoa"
    assert line["command_line"].startswith("powershell.exe")
    assert "process" not in line
    assert {bit.field for bit in hot_values(stored)} >= {"user", "command_line", "process"}


def test_an_event_without_hot_values_shows_its_raw_text(centre: Any, province: ModuleType) -> None:
    event = province.attack_events(centre.now_us)[0][0]
    stored = centre.store.get(event.id, None)
    bare = msgspec.structs.replace(stored, hot=type(stored.hot)(), raw="what arrived", fields={})
    assert [(bit.field, bit.value) for bit in event_line(bare)] == [("", "what arrived")]


def test_where_the_hot_columns_say_little_the_logs_own_field_speaks(
    centre: Any, province: ModuleType
) -> None:
    event = province.attack_events(centre.now_us)[0][0]
    stored = centre.store.get(event.id, None)
    script = msgspec.structs.replace(stored, hot=type(stored.hot)(), fields={"ScriptBlockText": "iex (…)"})
    assert next((bit.field, bit.value) for bit in event_line(script)) == ("ScriptBlockText", "iex (…)")


def test_a_hosts_own_name_is_enough_in_a_list() -> None:
    assert short_host("PC-01.tinh.example") == "PC-01"
    assert short_host("10.1.2.3") == "10.1.2.3"
    assert short_host("") == ""
