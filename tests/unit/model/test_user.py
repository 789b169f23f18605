"""Whose data a person may see."""

from keng.model.user import Role, User


def test_people_of_the_centre_see_all_and_agencies_their_own() -> None:
    assert User(1, "lan", Role.ANALYST).agencies is None
    assert User(1, "lan", Role.AGENCY, agency="bv").agencies == frozenset({"bv"})
    assert User(1, "lan", Role.AGENCY).agencies == frozenset({""})
    assert User(1, "lan", Role.ADMIN, "Lê Lan").display_name == "Lê Lan"
