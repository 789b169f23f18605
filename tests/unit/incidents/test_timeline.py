"""Timeline entries in words."""

import msgspec
import pytest

from keng.i18n import using
from keng.incidents.timeline import CODES, describe
from keng.model.incident import TimelineEntry
from keng.state.incidents import IncidentEdit

VALUES = {
    "count": "3",
    "owner": "lan",
    "status": "contained",
    "reason": "vì {x}",
    "fields": "title",
    "clock": "report",
    "proof": "CV 1",
    "number": "CB-2026-0001",
    "agency": "Bệnh viện",
}


@pytest.mark.parametrize("code", CODES)
def test_every_automatic_entry_has_words_in_both_languages(code: str) -> None:
    entry = TimelineEntry(1, 1, 0, 0, "lan", "event", code, VALUES | {"more": "x"})
    with using("en"):
        english = describe(entry)
    with using("vi"):
        vietnamese = describe(entry)
    assert english != vietnamese and code not in (english, vietnamese)


def test_a_persons_words_are_shown_as_they_are() -> None:
    assert describe(TimelineEntry(1, 1, 0, 0, "lan", "note", "opened", {})) == "opened"
    assert describe(TimelineEntry(1, 1, 0, 0, "lan", "event", "from the future", {})) == "from the future"


def test_fields_have_the_names_that_people_use() -> None:
    entry = TimelineEntry(1, 1, 0, 0, "lan", "event", "edited", {"fields": "agencies, personal_data"})
    with using("vi"):
        assert describe(entry) == "Đã sửa: đơn vị bị ảnh hưởng, dữ liệu cá nhân"
    every = ", ".join(field.name for field in msgspec.structs.fields(IncidentEdit))
    with using("en"):
        text = describe(TimelineEntry(1, 1, 0, 0, "lan", "event", "edited", {"fields": every}))
    assert "_" not in text
