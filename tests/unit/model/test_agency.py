"""Names in two languages."""

from keng.model.agency import Agency, CentreProfile, InformationSystem


def test_a_missing_name_is_filled_by_the_other_language() -> None:
    assert Agency("a", "Sở", "").name("en") == "Sở"
    assert Agency("a", "", "Health").name("vi") == "Health"
    assert InformationSystem("s", "a", "Cổng", "Portal", 2).name("en") == "Portal"
    assert CentreProfile().name("vi") != CentreProfile().name("en")
