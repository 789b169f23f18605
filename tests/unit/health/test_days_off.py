"""Vietnam's public holidays, the lunar ones included, and the holidays of schools."""

from datetime import date, timedelta

from keng.health.days_off import is_day_off


def test_tet_moves_with_the_moon_as_vietnam_counts_it() -> None:
    assert is_day_off(date(2027, 2, 6), "vn")
    assert is_day_off(date(2030, 2, 2), "vn")
    assert not is_day_off(date(2027, 3, 10), "vn")


def test_national_day_is_a_day_off() -> None:
    assert is_day_off(date(2026, 9, 2), "vn")


def test_a_school_rests_in_july_and_a_hospital_does_not() -> None:
    assert is_day_off(date(2027, 7, 14), "vn", "school")
    assert not is_day_off(date(2027, 7, 14), "vn", "hospital")


def test_an_unknown_country_has_no_holidays() -> None:
    assert not is_day_off(date(2027, 1, 1), "nowhere")


def test_around_the_lunar_new_year_offices_rest_longer_than_the_law_says_and_schools_longer_still() -> None:
    for first in (date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26)):
        for apart, office, school in (
            (-9, False, False),
            (-8, False, True),
            (-4, True, True),
            (6, True, True),
        ):
            day = first + timedelta(days=apart)
            assert is_day_off(day, "vn") is office, day
            assert is_day_off(day, "vn", "school") is school, day
        assert not is_day_off(first + timedelta(days=10), "vn", "school")
