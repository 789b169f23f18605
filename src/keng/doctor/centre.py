"""Checks of the centre on a data folder: what it keeps, what it hears, and, if it runs, how it is doing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from keng.detect.sigma import RuleSet, load_rules
from keng.doctor.certificates import expired_senders
from keng.doctor.finding import Finding, Health, judged
from keng.health.skew import verdict
from keng.i18n import _
from keng.model.user import Role
from keng.runtime.blindness import blindness
from keng.runtime.control import CallError
from keng.runtime.control_client import NoCentreError, call
from keng.runtime.engine import paths_of
from keng.runtime.settings import Settings
from keng.state import audit, register, users
from keng.state.cadences import cadences
from keng.state.certificates import certificates
from keng.state.database import State, StateError, open_state
from keng.state.sightings import sightings

SLOW_S = 2.0
DAY_US = 86_400_000_000
OLD_BACKUP_DAYS = 7
NAMED = 8


def running_stats(settings: Settings) -> Mapping[str, Any] | str | None:
    """The numbers of the centre that runs on the data folder; None where none runs; a text if it cannot answer."""
    try:
        return next(call(settings.data_dir, "stats", {}), None)
    except NoCentreError:
        return None
    except CallError as error:
        return str(error)


def check_running(stats: Mapping[str, Any] | str | None) -> Iterator[Finding]:
    """How the running centre is doing."""
    if stats is None:
        yield Finding("centre", Health.WARN, _("no centre runs on this data folder"), _("Start it: keng up"))
        return
    if isinstance(stats, str):
        yield Finding("centre", Health.BAD, stats, _("Look into the centre's log."))
        return
    trouble = stats["failure"] or ("" if stats["pipeline_alive"] else _("the pipeline has stopped"))
    yield judged(
        "pipeline",
        not trouble,
        trouble or _("the pipeline works, {rate} events per second", rate=round(stats["events_per_s"])),
        _("Nothing is lost: it is tried again. Remove the cause that is named here."),
        Health.BAD,
    )
    yield judged(
        "latency",
        stats["latency_p99_s"] <= SLOW_S,
        _("99 % of events become alerts within {seconds} s", seconds=round(stats["latency_p99_s"], 2)),
        _("More arrives than this machine works on, or it is busy with something else."),
    )
    share = stats["journal_bytes"] / max(stats["journal_max_bytes"], 1)
    yield judged(
        "journal",
        share < 0.5,
        _(
            "the journal is filled to {percent} %, {count} records wait",
            percent=round(share * 100),
            count=stats["waiting"],
        ),
        _("At 100 % senders are told to wait. See whether the pipeline works."),
        Health.BAD if share >= 0.9 else Health.WARN,
    )
    yield judged(
        "accounting",
        stats["difference"] == 0,
        _("records unaccounted for: {count}", count=stats["difference"]),
        _("This must be zero. Please report it with the centre's log."),
        Health.BAD,
    )
    yield judged(
        "dropped",
        stats["dropped"] == 0,
        _("UDP datagrams dropped since the start: {count}", count=stats["dropped"]),
        _("Let these senders use TCP or TLS, or raise net.core.rmem_max."),
    )


def check_rules(settings: Settings) -> Iterator[Finding]:
    """Whether rules load."""
    ruleset: RuleSet = load_rules(
        paths_of(settings), settings.cache_dir if settings.cache_dir.is_dir() else None
    )
    lost = {(one.path, one.rule_id) for one in ruleset.errors if one.fatal}
    yield judged(
        "rules",
        bool(ruleset.info) and not lost,
        _("{count} rules load, {lost} do not", count=len(ruleset.info), lost=len(lost)),
        _("See which and why: keng rules check"),
        Health.WARN if ruleset.info else Health.BAD,
    )
    blind = blindness(ruleset, settings.data_dir)
    yield judged(
        "rules_dead",
        not blind.dead,
        _("rules that can never match, because a field never arrives: {count}", count=blind.dead),
        _("See which and why: keng rules check"),
    )


def check_state(settings: Settings, now_us: int) -> Iterator[Finding]:
    """What the state store says: it opens, its audit log is whole, somebody may sign in, sources speak."""
    place = settings.state_place
    if not isinstance(place, str) and not place.exists():
        yield Finding("state", Health.WARN, _("there is no state yet"), _("It is made by the first: keng up"))
        return
    try:
        state = open_state(place)
    except (StateError, OSError) as error:
        yield Finding(
            "state", Health.BAD, str(error), _("Restore the newest backup, or see the database server.")
        )
        return
    try:
        yield from _of_state(state, settings, now_us)
    finally:
        state.close()


def _of_state(state: State, settings: Settings, now_us: int) -> Iterator[Finding]:
    with state.read() as conn:
        problem = audit.verify(conn)
        people = users.users(conn)
        entries = [entry for entry in register.sources(conn, None) if entry.enabled]
        seen, learned = sightings(conn, None), cadences(conn, None)
        known = certificates(conn)
        saved_us = audit.newest(conn, "backup.make")
    now = datetime.fromtimestamp(now_us / 1e6, UTC)
    text = _("the audit log is whole")
    if problem is not None:
        text = _("audit log, row {row}: {reason}", row=problem.seq, reason=problem.reason)
    yield judged(
        "audit",
        problem is None,
        text,
        _("Somebody changed it. Keep a copy of the state as evidence."),
        Health.BAD,
    )
    admins = [one for one in people if one.role is Role.ADMIN and not one.disabled]
    yield judged(
        "administrator",
        bool(admins),
        _("{count} administrators can sign in", count=len(admins)),
        _("Make one: keng admin create NAME"),
    )
    days = (now_us - saved_us) // DAY_US
    never = _("no backup has been made yet")
    yield judged(
        "backup",
        bool(saved_us) and days < OLD_BACKUP_DAYS,
        _("the newest backup is {days} days old", days=days) if saved_us else never,
        _("Make one, on another disk, each night: keng backup FOLDER"),
    )
    groups = {
        "sources_certificate": expired_senders(known, now),
        "sources_silent": [e.name for e in entries if e.id in learned and learned[e.id].silent_since_us],
        "sources_never_heard": [entry.name for entry in entries if entry.id not in seen],
        "sources_clock": [
            e.name for e in entries if e.id in seen and verdict(seen[e.id].skew_us) in ("ahead", "zone")
        ],
        "sources_unparsed": [
            e.name for e in entries if e.id in seen and seen[e.id].unparsed * 10 > seen[e.id].received
        ],
    }
    texts = {
        "sources_certificate": (
            _("log sources whose certificate has expired, or will within 21 days: {names}"),
            _("Register a new one: keng register certificate add"),
        ),
        "sources_silent": (
            _("silent log sources: {names}"),
            _("Call the agency; see the alert in the queue."),
        ),
        "sources_never_heard": (
            _("log sources never heard: {names}"),
            _("Give the agency its token, or switch the source off."),
        ),
        "sources_clock": (
            _("log sources whose clock is wrong: {names}"),
            _("Set a time service and the right time zone there."),
        ),
        "sources_unparsed": (
            _("log sources of which more than a tenth is not recognised: {names}"),
            _("Look at their records in the search: parsed:false"),
        ),
    }
    for check, names in groups.items():
        about, advice = texts[check]
        yield judged(check, not names, about.replace("{names}", _named(names)), advice)


def _named(names: list[str]) -> str:
    if not names:
        return _("none")
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (_(" and {count} more", count=rest) if rest > 0 else "")
