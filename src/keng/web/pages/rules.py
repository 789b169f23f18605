"""The rules: what is loaded, and what is not, with the reason."""

from litestar import Response, get

from keng.i18n import language
from keng.model.detection import RuleInfo
from keng.model.severity import Severity
from keng.web.desk import AtDesk
from keng.web.threads import in_thread

PAGE = 50


@get("/rules")
@in_thread
def rule_list(desk: AtDesk) -> Response[str]:
    """Rules by title; filtered by text and severity."""
    ruleset = desk.centre.ruleset
    infos: list[RuleInfo] = sorted(ruleset.info.values(), key=lambda info: (-info.severity, info.title))
    text = desk.asked("text", 200)
    severity = desk.asked("severity", 20)
    needle = text.casefold()
    found = [
        info
        for info in infos
        if (not severity or info.severity.level == severity) and (not needle or needle in _haystack(info))
    ]
    page = max(1, desk.asked_number("page", 1))
    return desk.page(
        "rules.html",
        rules=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        all=len(infos),
        correlations=sum(info.correlation for info in infos),
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        text=text,
        severity=severity,
        severities=list(reversed(Severity)),
        failed=[problem for problem in ruleset.errors if problem.fatal],
        warnings=[problem for problem in ruleset.errors if not problem.fatal],
        title=lambda info: info.texts.get(language(), {}).get("title") or info.title,
        description=lambda info: info.texts.get(language(), {}).get("description") or info.description,
    )


def _haystack(info: RuleInfo) -> str:
    titles = " ".join(texts.get("title", "") for texts in info.texts.values())
    return f"{info.title} {info.id} {' '.join(info.tags)} {titles}".casefold()


ROUTES = [rule_list]
