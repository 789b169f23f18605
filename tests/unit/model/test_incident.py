"""A deadline."""

from keng.model.incident import Clock, ClockRule

RULE = ClockRule("report", 1, ("always",), {"en": "report"})


def test_a_clock_is_overdue_after_its_deadline_unless_the_report_went_out_in_time() -> None:
    assert not Clock(RULE, 100).overdue(100)
    assert Clock(RULE, 100).overdue(101)
    assert not Clock(RULE, 100, done_us=90).overdue(999)
    assert Clock(RULE, 100, done_us=101).overdue(999)
