"""Who may do what."""

from keng.auth.roles import PERMISSIONS, Permission, may, roles_with
from keng.model.user import Role


def test_every_role_is_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_an_agency_can_change_nothing_but_its_own_answer() -> None:
    changing = {"handle", "write", "approve", "publish", "edit", "manage"}
    assert not {one for one in PERMISSIONS[Role.AGENCY] if one.value.partition("_")[0] in changing}
    assert may(Role.AGENCY, Permission.ANSWER_BULLETINS)
    assert not may(Role.AGENCY, Permission.SEE_INCIDENTS)


def test_an_analyst_writes_bulletins_and_others_approve_them() -> None:
    assert may(Role.ANALYST, Permission.WRITE_BULLETINS)
    assert roles_with(Permission.APPROVE_BULLETINS) == {Role.ADMIN, Role.HEAD}
