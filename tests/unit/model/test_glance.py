"""A glance names the same kind of event as the event itself."""

from keng.model.event import LogSource
from keng.model.glance import Glance


def test_a_glance_is_compared_by_what_it_saw() -> None:
    source = LogSource("windows", "sysmon", ("process_creation",))
    seen = Glance("windows_evtx", source, 1, {"Image": "a"}, frozenset({"Computer"}))
    assert seen == Glance("windows_evtx", LogSource("windows", "sysmon", ("process_creation",)), 1, {"Image": "a"},
                          frozenset({"Computer"}))  # fmt: skip
    assert seen != seen._replace(event_id=2)
