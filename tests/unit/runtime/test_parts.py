import msgspec
import pytest

from keng.runtime.parts import default_parts
from keng.runtime.settings import Settings
from keng.store.base import EventStore
from keng.store.errors import StoreError


def test_the_default_parts_are_the_real_ones(settings: Settings) -> None:
    parts = default_parts()
    store: EventStore = parts.open_store(settings)
    assert store.recent_ids(0, 10) == set()
    store.close()
    record = parts.steps.parse(b'{"message": "hello"}', "")
    event = parts.steps.redact(parts.steps.normalise(record))  # type: ignore[arg-type]
    assert event.parsed


def test_a_store_on_a_server_is_opened_by_its_address(settings: Settings) -> None:
    elsewhere = msgspec.structs.replace(settings, store_url="clickhouse://127.0.0.1:1/keng")
    with pytest.raises(StoreError, match="127"):
        default_parts().open_store(elsewhere)
