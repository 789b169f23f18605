"""Bulletins of the centre: drafted from an incident, edited, approved by a second person, published, ended.

What agencies see and answer is in `state/deliveries.py`.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, update

from keng.bulletins.draft import draft
from keng.bulletins.naming import named_agencies
from keng.bulletins.tlp import Audience, check_sharing
from keng.i18n import _
from keng.model.alert import AlertStatus, Disposition
from keng.model.bulletin import Bulletin, BulletinStatus, BulletinText, Finding, Indicator, Tlp
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor, Role
from keng.state import audit, incidents, register, users
from keng.state.numbering import next_number
from keng.state.rows import to_struct, to_values
from keng.state.sightings import sightings
from keng.state.tables.alerts import alert
from keng.state.tables.bulletins import bulletin as table
from keng.state.tables.bulletins import delivery
from keng.state.timeline import add_entry

PREFIX = "CB"
NOT_REAL = (Disposition.FALSE_POSITIVE.value, Disposition.BENIGN.value)
LIVE_US = 24 * 3_600_000_000
LIMITS = {"title": 300, "what": 20_000, "concerns": 5_000, "report_to": 2_000}
MAX_ACTIONS = 30
MAX_ACTION = 2_000
MAX_INDICATORS = 500
APPROVERS = (Role.ADMIN, Role.HEAD)


class BulletinEdit(msgspec.Struct, frozen=True):
    """Changes to a draft; None leaves a field as it is."""

    severity: Severity | None = None
    tlp: Tlp | None = None
    texts: dict[str, BulletinText] | None = None
    indicators: tuple[Indicator, ...] | None = None


def draft_bulletin(
    conn: Connection, incident_id: int, by: Actor, now_us: int, tlp: Tlp = Tlp.AMBER, replaces: int = 0
) -> Bulletin | Rejected:
    """A draft from an incident. replaces: id of a published bulletin that this one will update."""
    found = incidents.incident(conn, incident_id)
    if found is None:
        return Rejected(_("there is no such incident"), f"incident {incident_id}")
    alerts = incidents.alerts_of(conn, incident_id)
    kinds = _kinds(conn, {alert.source for alert in alerts})
    start = draft(found, alerts, register.centre_profile(conn), kinds)
    new = Bulletin(
        id=0,
        number=next_number(conn, PREFIX, now_us),
        severity=start.severity,
        tlp=tlp,
        texts=start.texts,
        incident=incident_id,
        indicators=start.indicators,
        created_by=by.name,
        edited_by=(by.name,),
        created_us=now_us,
        updated_us=now_us,
        replaces=replaces,
    )
    key = conn.execute(insert(table).values(**to_values(new, without=("id",)))).inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no id for a new bulletin")
    stored = msgspec.structs.replace(new, id=int(key[0]))
    _note(conn, stored, "drafted", by, now_us)
    return stored


def bulletin(conn: Connection, bulletin_id: int) -> Bulletin | None:
    """One bulletin, for people of the centre."""
    row = conn.execute(select(table).where(table.c.id == bulletin_id)).one_or_none()
    return to_struct(row, Bulletin) if row is not None else None


def bulletins(
    conn: Connection,
    statuses: Sequence[BulletinStatus] = (),
    incident: int = 0,
    limit: int = 100,
    offset: int = 0,
) -> list[Bulletin]:
    """Newest first, for people of the centre."""
    query = select(table).order_by(table.c.id.desc()).limit(limit).offset(offset)
    if statuses:
        query = query.where(table.c.status.in_(statuses))
    if incident:
        query = query.where(table.c.incident == incident)
    return [to_struct(row, Bulletin) for row in conn.execute(query)]


def edit_bulletin(
    conn: Connection, bulletin_id: int, edit: BulletinEdit, by: Actor, now_us: int
) -> Bulletin | Rejected:
    """Change a draft or an approved bulletin that is not out; an approval is void after a change."""
    old = bulletin(conn, bulletin_id)
    if old is None or old.status not in (BulletinStatus.DRAFT, BulletinStatus.APPROVED):
        return Rejected(_("only a bulletin that is not published can be changed"), f"bulletin {bulletin_id}")
    given = {name: value for name, value in msgspec.structs.asdict(edit).items() if value is not None}
    if (problem := _check(given)) is not None:
        return problem
    changed = msgspec.structs.replace(
        old,
        **given,
        status=BulletinStatus.DRAFT,
        approved_by="",
        approved_us=0,
        edited_by=tuple(dict.fromkeys((*old.edited_by, by.name))),
        updated_us=now_us,
    )
    _store(conn, changed)
    details = {"fields": ", ".join(sorted(given))}
    audit.record(conn, now_us, by, "bulletin.edit", f"bulletin:{bulletin_id}", details)
    return changed


def approve_bulletin(conn: Connection, bulletin_id: int, by: Actor, now_us: int) -> Bulletin | Rejected:
    """Approve a draft. The caller has checked the right to approve; here: a second pair of eyes.

    Whoever wrote in the draft cannot approve it, unless nobody else has the right.
    """
    old = bulletin(conn, bulletin_id)
    if old is None or old.status is not BulletinStatus.DRAFT:
        return Rejected(_("only a draft can be approved"), f"bulletin {bulletin_id}")
    approver = users.user_by_name(conn, by.name)
    if approver is None or approver.disabled or approver.role not in APPROVERS:
        return Rejected(_("this account may not approve bulletins"), by.name)
    if by.name in old.edited_by and users.active_with(conn, APPROVERS) > {approver.id}:
        return Rejected(_("you wrote in this bulletin: somebody else has to approve it"), by.name)
    if (problem := _check({"texts": old.texts})) is not None:
        return problem
    approved = msgspec.structs.replace(
        old, status=BulletinStatus.APPROVED, approved_by=by.name, approved_us=now_us, updated_us=now_us
    )
    _store(conn, approved)
    _note(conn, approved, "approved", by, now_us)
    return approved


def publish_bulletin(
    conn: Connection, bulletin_id: int, agencies: Iterable[str], by: Actor, now_us: int
) -> Bulletin | Rejected:
    """Send an approved bulletin to these agencies (published ones: to further agencies). The bulletin that it
    replaces becomes UPDATED. Refused where TLP forbids it, or where it names a victim to others.
    """
    old = bulletin(conn, bulletin_id)
    if old is None or old.status not in (BulletinStatus.APPROVED, BulletinStatus.PUBLISHED):
        return Rejected(_("a bulletin is approved before it is published"), f"bulletin {bulletin_id}")
    chosen = sorted({*agencies})
    known = {agency.id: agency for agency in register.agencies(conn)}
    if not chosen or not known.keys() >= {*chosen}:
        return Rejected(_("choose at least one agency of the register"), "agencies")
    found = incidents.incident(conn, old.incident)
    victims = set(found.agencies) if found else set()
    audience = Audience.AFFECTED if {*chosen} <= victims else Audience.CHOSEN
    if (problem := check_sharing(old.tlp, audience)) is not None:
        return problem
    named = named_agencies(old, (known[one] for one in sorted(victims & known.keys())))
    if any({*chosen} - {name} for name in named):
        return Rejected(
            _("the text names an affected agency to others: {names}", names=", ".join(named)), "texts"
        )
    already = set(conn.scalars(select(delivery.c.agency).where(delivery.c.bulletin == bulletin_id)))
    findings = telemetry_findings(conn, old.incident, chosen, now_us)
    for agency in chosen:
        if agency not in already:
            _deliver(conn, bulletin_id, agency, findings[agency], now_us)
    sent = msgspec.structs.replace(
        old,
        status=BulletinStatus.PUBLISHED,
        published_by=old.published_by or by.name,
        published_us=old.published_us or now_us,
        updated_us=now_us,
    )
    _store(conn, sent)
    if old.replaces and (before := bulletin(conn, old.replaces)) is not None:
        _store(conn, msgspec.structs.replace(before, status=BulletinStatus.UPDATED, ended_us=now_us))
    _note(
        conn,
        sent,
        "published",
        by,
        now_us,
        {"count": str(len({*chosen} - already)), "agencies": ", ".join(chosen)},
    )
    return sent


def withdraw_bulletin(
    conn: Connection, bulletin_id: int, reason: str, by: Actor, now_us: int
) -> Bulletin | Rejected:
    """Take a published bulletin back; its recipients go on seeing it, marked with the reason."""
    old = bulletin(conn, bulletin_id)
    if old is None or old.status is not BulletinStatus.PUBLISHED:
        return Rejected(_("only a published bulletin can be withdrawn"), f"bulletin {bulletin_id}")
    if not reason.strip():
        return Rejected(_("say why: its recipients will read the reason"), "reason")
    ended = msgspec.structs.replace(
        old,
        status=BulletinStatus.WITHDRAWN,
        ended_us=now_us,
        ended_reason=reason.strip()[:2_000],
        updated_us=now_us,
    )
    _store(conn, ended)
    _note(conn, ended, "withdrawn", by, now_us, {"reason": ended.ended_reason})
    return ended


def telemetry_findings(
    conn: Connection, incident_id: int, agencies: Iterable[str], now_us: int
) -> dict[str, Finding]:
    """What the centre's own data says of each agency, at this moment.

    HIT: the incident touches it, or a rule of the incident has found something there since the incident's first
    alert. CANNOT_TELL: something else of high severity is open there since then, or it sends no logs of the kind
    that showed the attack (heard within 24 h). NOT_HIT: neither. False and benign findings do not count.
    """
    found = incidents.incident(conn, incident_id)
    shown_by = incidents.alerts_of(conn, incident_id)
    hit, suspect = _touched(
        conn, {one.rule.id for one in shown_by}, min((a.first_us for a in shown_by), default=now_us)
    )
    hit |= set(found.agencies) if found else set()
    kinds = _kinds(conn, {one.source for one in shown_by})
    heard = {seen.source for seen in sightings(conn, None).values() if seen.last_us >= now_us - LIVE_US}
    sighted = {
        source.agency for source in register.sources(conn) if source.id in heard and source.kind in kinds
    }
    return {
        agency: Finding.HIT
        if agency in hit
        else Finding.NOT_HIT
        if agency in sighted - suspect
        else Finding.CANNOT_TELL
        for agency in agencies
    }


def _touched(conn: Connection, rules: set[str], since_us: int) -> tuple[set[str], set[str]]:
    """Agencies at which one of the rules has found something since then, and those with another open high alert."""
    real = or_(alert.c.disposition.is_(None), alert.c.disposition.not_in(NOT_REAL))
    seen = select(alert.c.agency).distinct().where(alert.c.last_us >= since_us, real)
    hit = set(conn.scalars(seen.where(alert.c.rule_id.in_(sorted(rules)))))
    grave = seen.where(alert.c.severity >= Severity.HIGH, alert.c.status != AlertStatus.CLOSED.value)
    return hit, set(conn.scalars(grave)) - hit


def count_bulletins(conn: Connection, statuses: Sequence[BulletinStatus] = ()) -> int:
    """How many bulletins have one of these statuses (none given: all)."""
    query = select(func.count()).select_from(table)
    if statuses:
        query = query.where(table.c.status.in_(statuses))
    return conn.scalar(query) or 0


def _kinds(conn: Connection, source_ids: set[str]) -> frozenset[str]:
    return frozenset(one.kind for one in register.sources(conn) if one.id in source_ids and one.kind)


def _deliver(conn: Connection, bulletin_id: int, agency: str, telemetry: Finding, now_us: int) -> None:
    conn.execute(
        insert(delivery).values(
            bulletin=bulletin_id,
            agency=agency,
            sent_us=now_us,
            telemetry=telemetry,
            read_us=0,
            read_by="",
            confirmed_us=0,
            confirmed_by="",
            finding=None,
            note="",
            actions_done=[],
        )
    )


def _check(given: dict[str, object]) -> Rejected | None:
    texts = given.get("texts")
    if isinstance(texts, dict):
        if set(texts) != {"vi", "en"}:
            return Rejected(_("a bulletin has a Vietnamese and an English text"), "texts")
        for language, text in texts.items():
            if (problem := _check_text(language, text)) is not None:
                return problem
        if len(texts["vi"].actions) != len(texts["en"].actions):
            return Rejected(_("both languages have the same steps, in the same order"), "actions")
    indicators = given.get("indicators")
    if isinstance(indicators, tuple) and len(indicators) > MAX_INDICATORS:
        return Rejected(_("at most 500 indicators"), "indicators")
    return None


def _check_text(language: str, text: BulletinText) -> Rejected | None:
    for name, limit in LIMITS.items():
        value = getattr(text, name)
        if len(value) > limit:
            return Rejected(_("at most {limit} characters", limit=limit), f"{language}.{name}")
        if name in ("title", "what") and not re.search(r"\w", value):
            return Rejected(_("this must be filled in"), f"{language}.{name}")
    if len(text.actions) > MAX_ACTIONS or any(len(step) > MAX_ACTION for step in text.actions):
        return Rejected(_("at most 30 steps of 2,000 characters"), f"{language}.actions")
    return None


def _store(conn: Connection, changed: Bulletin) -> None:
    conn.execute(update(table).where(table.c.id == changed.id).values(**to_values(changed, without=("id",))))


def _note(
    conn: Connection, about: Bulletin, what: str, by: Actor, now_us: int, values: dict[str, str] | None = None
) -> None:
    """Into the audit log and the incident's timeline."""
    details = {"number": about.number} | (values or {})
    audit.record(conn, now_us, by, f"bulletin.{what}", f"bulletin:{about.id}", details)
    if about.incident:
        add_entry(conn, about.incident, "event", f"bulletin_{what}", by, now_us, values=details)
