"""What an address asks for."""

from urllib.parse import parse_qs

from keng.web.asking import Asked, ranges, span_of


def one(range: str, text: str = "a b") -> Asked:
    return Asked(text, range, 5, 9, 10**16, "run1")


def test_parameters_round_trip_and_parts_carry_the_run() -> None:
    assert parse_qs(one("custom").query(x=1)) == {
        "q": ["a b"],
        "range": ["custom"],
        "from": ["5"],
        "to": ["9"],
        "x": ["1"],
    }
    part = parse_qs(one("24h").part(field="user"))
    assert part["run"] == ["run1"] and part["at"] == [str(10**16)] and "from" not in part


def test_spans() -> None:
    assert span_of(one("custom")) == (5, 9)
    assert span_of(one("all")) == (None, None)
    assert span_of(one("1h")) == (10**16 - 3_600_000_000, None)
    assert {"24h", "all"} <= {value for value, _text in ranges()}
