import json
from collections.abc import Callable

import pytest

from keng.demo.actions import Action, Connection, FirewallAdmin, IdsAlert, NameLookup, WebRequest
from keng.demo.wire.moment import Moment
from keng.demo.wire.suricata import render_suricata


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (IdsAlert(client="a", server="b", port=1, signature="s", signature_id=1), "alert"),
        (Connection(server="203.0.113.1", port=443), "flow"),
        (NameLookup(name="a.example"), "dns"),
        (WebRequest(path="/"), "http"),
    ],
)
def test_each_action_has_its_event_type(moment: Callable[[str], Moment], action: Action, kind: str) -> None:
    (line,) = render_suricata(action, moment("sokhcn-ids01"))
    record = json.loads(line)
    assert record["event_type"] == kind
    assert record["timestamp"] == "2025-11-24T16:00:00.000000+0000"
    assert kind in record


def test_what_a_sensor_cannot_see_leaves_nothing(moment: Callable[[str], Moment]) -> None:
    assert render_suricata(FirewallAdmin(text="x"), moment("sokhcn-ids01")) == []
