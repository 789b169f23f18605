"""The rows of the HTML report."""

from keng.scan.report_rows import PER_RULE, WHOLE, ReportRows


def test_every_rule_has_room_and_text_is_cut(detection) -> None:  # type: ignore[no-untyped-def]
    rows = ReportRows()
    for number in range(PER_RULE + 30):
        rows.take(detection(offset=number, matched={"CommandLine": "x" * 5000, "n": 5}))
    rows.take(detection(rule_id="other", title="Rare"))
    assert len(rows.rows) == PER_RULE + 1 and rows.rows[-1].title == "Rare"
    assert len(rows.rows[0].matched[0][1]) == 500 and rows.rows[0].matched[1] == ("n", "5")
    assert rows.rows[0].time == "2024-05-01 05:00:00"


def test_the_first_of_each_rule_bring_their_whole_event_and_no_more(detection) -> None:  # type: ignore[no-untyped-def]
    rows = ReportRows()
    fields = {"CommandLine": "x -enc y", "User": "a\u202eb", **{f"f{n}": "v" * 2000 for n in range(200)}}
    for number in range(400):
        for _ in range(7):
            rows.take(detection(rule_id=str(number), fields=fields, matched={"CommandLine": "x -enc y"}))
    whole = [row for row in rows.rows if row.event]
    assert len(whole) == WHOLE and [bool(row.event) for row in rows.rows[:7]] == [True] * 5 + [False] * 2
    assert whole[0].event[0] == ("User", "a\\u202eb") and len(whole[0].event) == 80
    assert all(len(value) <= 500 for _name, value in whole[0].event)
