"""The people of the demo: three of the centre, one officer for each agency. One password, made anew each start."""

import msgspec

from keng.auth.passwords import generate_password, hash_password
from keng.demo.province import DemoData
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.model.user import SYSTEM, Role
from keng.state import register, users
from keng.state.database import State

ADMIN, ANALYST, HEAD = "admin", "analyst", "head"


class Cast(msgspec.Struct, frozen=True):
    """Who plays. officers: agency id → account; names: account → full name; tokens: log source → token."""

    password: str
    officers: dict[str, str]
    names: dict[str, str]
    tokens: dict[str, str]


class StageError(Exception):
    """The demo's register or people could not be put into the state store."""


def set_the_stage(state: State, data: DemoData, now_us: int, language: str) -> Cast:
    """Load the register, the centre's name and the accounts, in one transaction. Raises StageError."""
    password = generate_password()
    hashed = hash_password(password)
    people = [
        (ADMIN, Role.ADMIN, _("Demo administrator"), ""),
        (ANALYST, Role.ANALYST, _("Demo analyst on duty"), ""),
        (HEAD, Role.HEAD, _("Demo head of the centre"), ""),
    ]
    for agency in data.register.agencies:
        contact = agency.contacts[0].name if agency.contacts else agency.name(language)
        people.append((agency.id, Role.AGENCY, contact, agency.id))
    with state.write() as conn:
        tokens = register.load_register(conn, data.register, now_us)
        if isinstance(tokens, Rejected):
            raise StageError(f"{tokens.reason} ({tokens.position})")
        register.save_centre_profile(conn, data.centre)
        for name, role, full_name, agency_id in people:
            made = users.create_user(
                conn, name, role, hashed, SYSTEM, now_us,
                full_name=full_name, agency_id=agency_id, language=language,
            )  # fmt: skip
            if isinstance(made, Rejected):
                raise StageError(f"{name}: {made.reason}")
    officers = {agency_id: name for name, _role, _full, agency_id in people if agency_id}
    return Cast(password, officers, {name: full for name, _role, full, _agency in people}, tokens)
