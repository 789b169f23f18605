"""The law of the centre's country."""

from keng.web.law import law_of


def test_the_law_of_viet_nam_has_clocks() -> None:
    assert law_of("vn").clocks


def test_a_country_without_a_pack_has_no_clocks() -> None:
    assert law_of("atlantis").clocks == ()
