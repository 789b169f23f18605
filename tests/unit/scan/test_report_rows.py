"""The rows of the HTML report."""

from keng.scan.report_rows import PER_RULE, ReportRows


def test_every_rule_has_room_and_text_is_cut(detection) -> None:  # type: ignore[no-untyped-def]
    rows = ReportRows()
    for number in range(PER_RULE + 30):
        rows.take(detection(offset=number, matched={"CommandLine": "x" * 5000, "n": 5}))
    rows.take(detection(rule_id="other", title="Rare"))
    assert len(rows.rows) == PER_RULE + 1 and rows.rows[-1].title == "Rare"
    assert len(rows.rows[0].matched[0][1]) == 500 and rows.rows[0].matched[1] == ("n", "5")
    assert rows.rows[0].time == "2024-05-01 05:00:00"
