from keng.doctor.finding import Finding, Health, judged


def test_advice_is_given_only_where_something_is_wrong() -> None:
    assert judged("x", True, "text", "advice") == Finding("x", Health.GOOD, "text")
    assert judged("x", False, "text", "advice") == Finding("x", Health.WARN, "text", "advice")
    assert judged("x", False, "text", "advice", Health.BAD).health is Health.BAD
