"""Saved hunts: searches with a name that run by themselves, what they found, and the rules that they become."""

import tempfile
import uuid
from pathlib import Path

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from keng.detect.sigma.installed import InstallError, install
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.runtime.hunt_rule import RuleWish, to_rule
from keng.runtime.hunter import LATE_US, run_hunt
from keng.state import hunts
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.store.search import parse_search
from keng.web import times
from keng.web.desk import AtDesk, Desk
from keng.web.reason import in_words, reason_of
from keng.web.threads import in_thread
from keng.web.turns import in_turn, tag_of

RULES = "hunt-rules"
"""Folder in the data folder with the rules that hunts became; installed as the rule set `hunts`."""
LEVELS = ("informational", "low", "medium", "high", "critical")
WEEK_US = 7 * 86_400 * 1_000_000


@get("/hunts")
@in_thread
def hunts_page(desk: AtDesk) -> Response[str]:
    """All hunts."""
    with desk.centre.state.read() as conn:
        found, new = hunts.hunts(conn), hunts.unseen(conn)
    return desk.page("hunts.html", hunts=found, new=new, search_of=_search_of)


@get("/hunts/{hunt_id:int}")
@in_thread
def hunt_page(desk: AtDesk, hunt_id: FromPath[int]) -> Response[str]:
    """One hunt: what it found, when it runs."""
    one = _hunt(desk, hunt_id)
    with desk.centre.state.read() as conn:
        found, new = hunts.finds(conn, one.id), hunts.unseen(conn).get(one.id, 0)
    return desk.page(
        "hunt.html",
        hunt=one,
        finds=found,
        new=new,
        search_of=_search_of,
        reason=in_words(one.reason),
    )


@post("/hunts")
@in_thread
def save(desk: AtDesk) -> Redirect:
    """Keep a search as a hunt."""
    query = desk.text("query", 8_200)
    problem = parse_search(query, desk.now_us, times.zone(desk.profile.timezone))
    if isinstance(problem, Rejected):
        return desk.refuse("/search", problem)
    every = (desk.numbers("every") or [0])[0]
    with desk.centre.state.write() as conn:
        one = hunts.save_hunt(
            conn, desk.text("name", 200), query, reason_of(desk) or "hunt", every, desk.actor, desk.now_us
        )
    if isinstance(one, Rejected):
        return desk.refuse("/hunts", one)
    return desk.go(f"/hunts/{one.id}", _("The hunt is saved."))


@post("/hunts/{hunt_id:int}/run")
@in_turn
def run(desk: AtDesk, hunt_id: FromPath[int]) -> Response[object]:
    """Look now at what has arrived since it looked last."""
    one = _hunt(desk, hunt_id)
    count = run_hunt(desk.centre.state, desk.centre.store, one, desk.now_us - LATE_US, desk.now_us)
    after = _hunt(desk, hunt_id)
    if after.error:
        return desk.go(f"/hunts/{hunt_id}", after.error, bad=True)
    return desk.go(
        f"/hunts/{hunt_id}", _("{count} new events found.", count=count) if count else _("Nothing new.")
    )


@post("/hunts/{hunt_id:int}/schedule")
@in_thread
def schedule(desk: AtDesk, hunt_id: FromPath[int]) -> Redirect:
    """How often it runs."""
    one = _hunt(desk, hunt_id)
    with desk.centre.state.write() as conn:
        hunts.schedule(conn, one.id, (desk.numbers("every") or [0])[0], desk.actor, desk.now_us)
    return desk.go(f"/hunts/{hunt_id}", _("Saved."))


@post("/hunts/{hunt_id:int}/seen")
@in_thread
def seen(desk: AtDesk, hunt_id: FromPath[int]) -> Redirect:
    """What it found has been looked at."""
    one = _hunt(desk, hunt_id)
    with desk.centre.state.write() as conn:
        hunts.mark_seen(conn, one.id, desk.actor, desk.now_us)
    return desk.go(f"/hunts/{hunt_id}")


@post("/hunts/{hunt_id:int}/delete")
@in_thread
def delete(desk: AtDesk, hunt_id: FromPath[int]) -> Redirect:
    """Forget it."""
    one = _hunt(desk, hunt_id)
    with desk.centre.state.write() as conn:
        hunts.delete_hunt(conn, one.id, desk.actor, desk.now_us)
    return desk.go("/hunts", _("The hunt “{name}” is deleted.", name=one.name))


@get("/hunts/{hunt_id:int}/rule")
@in_turn
def rule_page(desk: AtDesk, hunt_id: FromPath[int]) -> Response[str]:
    """The rule that it would become."""
    one = _hunt(desk, hunt_id)
    wish = _wish(
        desk, one, {name: desk.asked(name, 100) for name in ("product", "service", "category", "level")}
    )
    text = _rule(desk, one, wish)
    return desk.page(
        "hunt_rule.html", hunt=one, wish=wish, rule=text, levels=LEVELS, refused=isinstance(text, Rejected)
    )


@post("/hunts/{hunt_id:int}/rule")
@in_thread
def make_rule(desk: AtDesk, hunt_id: FromPath[int]) -> Redirect:
    """Put the rule to use: into the rule set `hunts`, which the centre reads at once."""
    one = _hunt(desk, hunt_id)
    wish = _wish(
        desk, one, {name: desk.text(name, 100) for name in ("product", "service", "category", "level")}
    )
    text = _rule(desk, one, wish)
    if isinstance(text, Rejected):
        return desk.refuse(f"/hunts/{hunt_id}/rule", text)
    data_dir = desk.centre.settings.data_dir
    folder = data_dir / RULES
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as trial:
            alone = Path(trial) / "rule.yml"
            alone.write_text(text, encoding="utf-8")
            install(str(alone), Path(trial), "trial")
        (folder / f"hunt-{one.id}.yml").write_text(text, encoding="utf-8")
        install(str(folder), data_dir, "hunts")
    except InstallError as error:
        return desk.go(f"/hunts/{hunt_id}/rule", _(error.template, **error.values), bad=True)
    except OSError as error:
        return desk.go(f"/hunts/{hunt_id}/rule", error.strerror or str(error), bad=True)
    with desk.centre.state.write() as conn:
        hunts.became_rule(conn, one.id, wish.id, desk.actor, desk.now_us)
    return desk.go(f"/hunts/{hunt_id}", _("The rule is in use from now on, in the rule set “hunts”."))


def _hunt(desk: Desk, hunt_id: int) -> hunts.Hunt:
    with desk.centre.state.read() as conn:
        one = hunts.hunt(conn, hunt_id)
    if one is None:
        raise NotFoundException()
    return one


def _search_of(one: hunts.Hunt) -> str:
    return one.query or "*"


def _query(desk: Desk, one: hunts.Hunt) -> SearchQuery | Rejected:
    return parse_search(one.query, desk.now_us, times.zone(desk.profile.timezone))


def _wish(desk: Desk, one: hunts.Hunt, given: dict[str, str]) -> RuleWish:
    """What the person has chosen; at first the kind of log that most of the found events are of."""
    rule_id = one.rule_id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"keng:hunt:{one.id}:{one.created_us}"))
    level = given["level"] if given["level"] in LEVELS else "medium"
    parts = {name: given[name] for name in ("product", "service", "category")}
    if not any(parts.values()):
        parts = _usual_source(desk, one)
    return RuleWish(rule_id, one.name, one.owner, level=level, **parts)


def _usual_source(desk: Desk, one: hunts.Hunt) -> dict[str, str]:
    query = _query(desk, one)
    if isinstance(query, Rejected):
        return {}
    if query.from_us is None:
        query = SearchQuery(one.query, query.expression, desk.now_us - WEEK_US, query.to_us)
    found: dict[str, str] = {}
    for part, field in (("category", "category"), ("product", "product")):
        try:
            values = desk.centre.store.top_values(query, field, desk.agencies, 1, tag_of(desk))
        except StoreError:
            return found
        if values:
            found[part] = values[0].value
    return found


def _rule(desk: Desk, one: hunts.Hunt, wish: RuleWish) -> str | Rejected:
    query = _query(desk, one)
    if isinstance(query, Rejected):
        return query
    return to_rule(query, wish, desk.centre.store.spellings, desk.now_us)


ROUTES = [hunts_page, hunt_page, save, run, schedule, seen, delete, rule_page, make_rule]
