from keng.runtime.parts import default_parts
from keng.runtime.settings import Settings
from keng.store.base import EventStore


def test_the_default_parts_are_the_real_ones(settings: Settings) -> None:
    parts = default_parts()
    store: EventStore = parts.open_store(settings)
    assert store.recent_ids(0, 10) == set()
    store.close()
    record = parts.steps.parse(b'{"message": "hello"}', "")
    event = parts.steps.redact(parts.steps.normalise(record))  # type: ignore[arg-type]
    assert event.parsed
