"""People who sign in."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a person is here to do. The rights of each role stand in `auth/roles.py`."""

    ADMIN = "admin"
    ANALYST = "analyst"
    HEAD = "head"
    AGENCY = "agency"


class Actor(msgspec.Struct, frozen=True):
    """Who does something, for the audit log. name: account name, or "system"; address: of their machine."""

    name: str
    address: str = ""


SYSTEM = Actor("system")


class User(msgspec.Struct, frozen=True):
    """An account. Without the password hash, which never leaves `state/users.py`.

    agency: the agency's id for `Role.AGENCY` (required there), else "".
    language: "vi", "en" or "" (as the browser says).
    """

    id: int
    name: str
    role: Role
    full_name: str = ""
    agency: str = ""
    language: str = ""
    disabled: bool = False
    created_us: int = 0
    password_changed_us: int = 0
    last_login_us: int = 0

    @property
    def agencies(self) -> frozenset[str] | None:
        """Whose data this person may see: None means all agencies (people of the centre)."""
        return frozenset((self.agency,)) if self.role is Role.AGENCY else None

    @property
    def display_name(self) -> str:
        """The full name, or the account name where there is none."""
        return self.full_name or self.name
