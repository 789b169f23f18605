"""An event in one line."""

from types import ModuleType
from typing import Any

from keng.web.summary import event_line, hot_values


def test_the_line_names_who_did_what(centre: Any, province: ModuleType) -> None:
    event = province.attack_events(centre.now_us)[0][0]
    stored = centre.store.get(event.id, None)
    line = {bit.field: bit.value for bit in event_line(stored)}
    assert line["user"] == "TINH\\tran.hoa"
    assert line["command_line"].startswith("powershell.exe")
    assert "process" not in line
    assert {bit.field for bit in hot_values(stored)} >= {"user", "command_line", "process"}


def test_an_event_without_hot_values_shows_its_raw_text(centre: Any, province: ModuleType) -> None:
    import msgspec

    event = province.attack_events(centre.now_us)[0][0]
    stored = centre.store.get(event.id, None)
    bare = msgspec.structs.replace(stored, hot=type(stored.hot)(), raw="what arrived")
    assert [(bit.field, bit.value) for bit in event_line(bare)] == [("", "what arrived")]
