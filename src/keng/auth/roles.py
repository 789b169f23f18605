"""What each role may do. Routes name a permission (`web/permissions.py`); nothing asks for a role by name."""

from enum import StrEnum

from keng.model.user import Role


class Permission(StrEnum):
    """One right. Agencies' rights reach their own data only: every read takes `User.agencies`."""

    SEE_SITUATION = "see_situation"
    SEE_ALERTS = "see_alerts"
    HANDLE_ALERTS = "handle_alerts"
    SEARCH_EVENTS = "search_events"
    SEE_PERSONAL = "see_personal"
    SEE_INCIDENTS = "see_incidents"
    HANDLE_INCIDENTS = "handle_incidents"
    SEE_ALL_BULLETINS = "see_all_bulletins"
    WRITE_BULLETINS = "write_bulletins"
    APPROVE_BULLETINS = "approve_bulletins"
    PUBLISH_BULLETINS = "publish_bulletins"
    ANSWER_BULLETINS = "answer_bulletins"
    SEE_REGISTER = "see_register"
    EDIT_REGISTER = "edit_register"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"
    SEE_RULES = "see_rules"
    EDIT_RULES = "edit_rules"
    SEE_HEALTH = "see_health"
    EDIT_CENTRE = "edit_centre"
    HOLD_EVENTS = "hold_events"


_ANALYST = frozenset(
    {
        Permission.SEE_SITUATION,
        Permission.SEE_ALERTS,
        Permission.HANDLE_ALERTS,
        Permission.SEARCH_EVENTS,
        Permission.SEE_PERSONAL,
        Permission.SEE_INCIDENTS,
        Permission.HANDLE_INCIDENTS,
        Permission.SEE_ALL_BULLETINS,
        Permission.WRITE_BULLETINS,
        Permission.SEE_REGISTER,
        Permission.SEE_RULES,
        Permission.EDIT_RULES,
        Permission.SEE_HEALTH,
    }
)
_HEAD = _ANALYST | {
    Permission.APPROVE_BULLETINS,
    Permission.PUBLISH_BULLETINS,
    Permission.SEE_AUDIT,
    Permission.HOLD_EVENTS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    # Whoever runs the machines need not see who did what on them.
    Role.ADMIN: frozenset(Permission) - {Permission.ANSWER_BULLETINS, Permission.SEE_PERSONAL},
    Role.HEAD: _HEAD,
    Role.ANALYST: _ANALYST,
    Role.AGENCY: frozenset(
        {
            Permission.SEE_SITUATION,
            Permission.SEE_ALERTS,
            Permission.SEARCH_EVENTS,
            Permission.ANSWER_BULLETINS,
            Permission.SEE_REGISTER,
        }
    ),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has the right."""
    return permission in PERMISSIONS[role]


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that have the right."""
    return frozenset(role for role in Role if may(role, permission))
