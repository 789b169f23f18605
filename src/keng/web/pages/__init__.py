"""One controller a file; `PAGES` lists all their routes."""

from keng.web.pages import (
    alert,
    alerts,
    audit,
    door,
    event,
    health,
    incidents,
    live,
    portal,
    register,
    rules,
    search,
    situation,
    users,
    warnings,
)

PAGES = [
    *door.ROUTES,
    *situation.ROUTES,
    *live.ROUTES,
    *alerts.ROUTES,
    *alert.ROUTES,
    *search.ROUTES,
    *event.ROUTES,
    *incidents.ROUTES,
    *warnings.ROUTES,
    *portal.ROUTES,
    *register.ROUTES,
    *rules.ROUTES,
    *health.ROUTES,
    *users.ROUTES,
    *audit.ROUTES,
]
