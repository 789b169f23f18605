"""What a new incident starts with."""

from collections.abc import Callable

import pytest

from keng.i18n import using
from keng.incidents.propose import group_of, propose
from keng.model.alert import Alert
from keng.model.incident import IncidentGroup
from keng.model.severity import Severity


def test_it_takes_the_most_urgent_title_and_the_earliest_times(make_alert: Callable[..., Alert]) -> None:
    one = make_alert(priority=10, first_us=5, created_us=70)
    two = make_alert(priority=90, first_us=9, created_us=60, severity=Severity.CRITICAL, agency="so")
    made = propose([one, two], "vi")
    assert (made.t0_us, made.occurred_us, made.agencies) == (60, 5, ("bv", "so"))
    assert (made.severity, made.title) == (Severity.CRITICAL, "Xóa sao lưu (2 agencies)")
    with using("vi"):
        assert propose([one, two], "vi").title == "Xóa sao lưu (2 đơn vị)"
    assert propose([one], "en").title == "Shadow copies deleted (PC-1)"


@pytest.mark.parametrize(
    ("tags", "group"),
    [
        (("attack.impact", "attack.t1486"), IncidentGroup.MALWARE),
        (("attack.initial_access", "attack.t1566.001"), IncidentGroup.FRAUD),
        (("attack.exfiltration",), IncidentGroup.DATA_LEAK),
        (("attack.lateral-movement",), IncidentGroup.INTRUSION),
        (("attack.stealth",), IncidentGroup.INTRUSION),
        (("attack.t1498",), IncidentGroup.DENIAL_OF_SERVICE),
        (("attack.t1491.002",), IncidentGroup.DEFACEMENT),
        (("attack.t1195",), IncidentGroup.SUPPLIER),
        (("cve.2024-1",), IncidentGroup.OTHER),
        ((), IncidentGroup.OTHER),
    ],
)
def test_the_tags_point_to_the_group(
    make_alert: Callable[..., Alert], tags: tuple[str, ...], group: IncidentGroup
) -> None:
    assert group_of([make_alert(*tags)]) is group
