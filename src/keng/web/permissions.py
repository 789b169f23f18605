"""The one table of routes: who may call what. A route that is not in it is refused, and fails a test.

Two conditions hold for each route: the side of the house (an agency's person never reaches a page of the centre,
whatever their rights) and a permission of `auth/roles.py`. Which objects a person may see is decided again, per
object, by the queries: every read takes `User.agencies`.
"""

from enum import StrEnum
from typing import NamedTuple

from keng.auth.roles import Permission, may
from keng.model.user import Role, User


class Side(StrEnum):
    """Where a route belongs."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    CENTRE = "centre"
    AGENCY = "agency"


class Access(NamedTuple):
    """Who may call a route."""

    side: Side
    permission: Permission | None = None

    def admits(self, user: User | None) -> bool:
        """Whether this person (None: nobody has signed in) may call the route."""
        if self.side is Side.ANYONE:
            return True
        if user is None:
            return False
        if self.side is not Side.SIGNED_IN and (self.side is Side.AGENCY) != (user.role is Role.AGENCY):
            return False
        return self.permission is None or may(user.role, self.permission)


_ANYONE = Access(Side.ANYONE)
_SIGNED_IN = Access(Side.SIGNED_IN)


def _centre(permission: Permission) -> Access:
    return Access(Side.CENTRE, permission)


def _agency(permission: Permission) -> Access:
    return Access(Side.AGENCY, permission)


ROUTES: dict[tuple[str, str], Access] = {
    # the door
    ("GET", "/static/{file_path}"): _ANYONE,
    ("GET", "/ready"): _ANYONE,
    ("GET", "/sign-in"): _ANYONE,
    ("POST", "/sign-in"): _ANYONE,
    ("POST", "/preferences"): _ANYONE,
    ("POST", "/sign-out"): _SIGNED_IN,
    ("GET", "/"): _SIGNED_IN,
    ("GET", "/account"): _SIGNED_IN,
    ("POST", "/account"): _SIGNED_IN,
    # the situation
    ("GET", "/situation"): _centre(Permission.SEE_SITUATION),
    ("GET", "/situation/live"): _centre(Permission.SEE_SITUATION),
    # alerts
    ("GET", "/alerts"): _centre(Permission.SEE_ALERTS),
    ("GET", "/alerts/rows"): _centre(Permission.SEE_ALERTS),
    ("GET", "/alerts/stream"): _centre(Permission.SEE_ALERTS),
    ("GET", "/alerts/export.csv"): _centre(Permission.SEE_ALERTS),
    ("POST", "/alerts/bulk"): _centre(Permission.HANDLE_ALERTS),
    ("GET", "/alerts/{alert_id}"): _centre(Permission.SEE_ALERTS),
    ("POST", "/alerts/{alert_id}/assign"): _centre(Permission.HANDLE_ALERTS),
    ("POST", "/alerts/{alert_id}/close"): _centre(Permission.HANDLE_ALERTS),
    ("POST", "/alerts/{alert_id}/reopen"): _centre(Permission.HANDLE_ALERTS),
    # events
    ("GET", "/search"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/plain"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/rows"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/overview"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/top"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/help"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/complete"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/search/export/{form}"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/search/reason"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/search/columns"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/search/cancel"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/sql"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/sql/answer"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/sql/export/{form}"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/events/{event_id}"): _centre(Permission.SEARCH_EVENTS),
    # hunts
    ("GET", "/hunts"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/hunts/{hunt_id}"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts/{hunt_id}/run"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts/{hunt_id}/schedule"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts/{hunt_id}/seen"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts/{hunt_id}/delete"): _centre(Permission.SEARCH_EVENTS),
    ("GET", "/hunts/{hunt_id}/rule"): _centre(Permission.SEARCH_EVENTS),
    ("POST", "/hunts/{hunt_id}/rule"): _centre(Permission.EDIT_RULES),
    # incidents
    ("GET", "/incidents"): _centre(Permission.SEE_INCIDENTS),
    ("POST", "/incidents"): _centre(Permission.HANDLE_INCIDENTS),
    ("GET", "/incidents/{incident_id}"): _centre(Permission.SEE_INCIDENTS),
    ("POST", "/incidents/{incident_id}/facts"): _centre(Permission.HANDLE_INCIDENTS),
    ("POST", "/incidents/{incident_id}/note"): _centre(Permission.HANDLE_INCIDENTS),
    ("POST", "/incidents/{incident_id}/status"): _centre(Permission.HANDLE_INCIDENTS),
    ("POST", "/incidents/{incident_id}/clocks/{clock_id}"): _centre(Permission.HANDLE_INCIDENTS),
    ("POST", "/incidents/{incident_id}/warning"): _centre(Permission.WRITE_BULLETINS),
    # warnings
    ("GET", "/warnings"): _centre(Permission.SEE_ALL_BULLETINS),
    ("GET", "/warnings/{bulletin_id}"): _centre(Permission.SEE_ALL_BULLETINS),
    ("GET", "/warnings/{bulletin_id}/warning.pdf"): _centre(Permission.SEE_ALL_BULLETINS),
    ("POST", "/warnings/{bulletin_id}/edit"): _centre(Permission.WRITE_BULLETINS),
    ("POST", "/warnings/{bulletin_id}/approve"): _centre(Permission.APPROVE_BULLETINS),
    ("POST", "/warnings/{bulletin_id}/publish"): _centre(Permission.PUBLISH_BULLETINS),
    ("POST", "/warnings/{bulletin_id}/withdraw"): _centre(Permission.PUBLISH_BULLETINS),
    # the portal of an agency
    ("GET", "/portal"): _agency(Permission.ANSWER_BULLETINS),
    ("GET", "/portal/systems"): _agency(Permission.SEE_REGISTER),
    ("GET", "/portal/warnings/{bulletin_id}"): _agency(Permission.ANSWER_BULLETINS),
    ("GET", "/portal/warnings/{bulletin_id}/warning.pdf"): _agency(Permission.ANSWER_BULLETINS),
    ("POST", "/portal/warnings/{bulletin_id}/confirm"): _agency(Permission.ANSWER_BULLETINS),
    # the register
    ("GET", "/register"): _centre(Permission.SEE_REGISTER),
    ("POST", "/register/load"): _centre(Permission.EDIT_REGISTER),
    ("GET", "/register/agencies/{agency_id}"): _centre(Permission.SEE_REGISTER),
    ("POST", "/register/agencies"): _centre(Permission.EDIT_REGISTER),
    ("POST", "/register/systems"): _centre(Permission.EDIT_REGISTER),
    ("POST", "/register/sources"): _centre(Permission.EDIT_REGISTER),
    ("POST", "/register/sources/{source_id}/token"): _centre(Permission.MANAGE_TOKENS),
    ("POST", "/register/sources/{source_id}/withdraw"): _centre(Permission.MANAGE_TOKENS),
    ("POST", "/register/sources/{source_id}/certificate"): _centre(Permission.MANAGE_TOKENS),
    ("POST", "/register/sources/{source_id}/certificate/withdraw"): _centre(Permission.MANAGE_TOKENS),
    # the house
    ("GET", "/rules"): _centre(Permission.SEE_RULES),
    ("GET", "/health"): _centre(Permission.SEE_HEALTH),
    ("GET", "/retention"): _centre(Permission.SEE_HEALTH),
    ("POST", "/retention/holds"): _centre(Permission.HOLD_EVENTS),
    ("POST", "/retention/holds/{hold_id}/release"): _centre(Permission.HOLD_EVENTS),
    ("GET", "/users"): _centre(Permission.MANAGE_USERS),
    ("POST", "/users"): _centre(Permission.MANAGE_USERS),
    ("POST", "/users/{user_id}/password"): _centre(Permission.MANAGE_USERS),
    ("POST", "/users/{user_id}/disabled"): _centre(Permission.MANAGE_USERS),
    ("GET", "/audit"): _centre(Permission.SEE_AUDIT),
    ("GET", "/audit/export.csv"): _centre(Permission.SEE_AUDIT),
}


def access(method: str, path: str) -> Access | None:
    """The rule of a route by its method and path template; None: not in the table, nobody may. HEAD is as GET."""
    return ROUTES.get(("GET" if method == "HEAD" else method, path))
