"""Bulletins of the centre, and what agencies see and answer."""

from typing import Any

import msgspec
import pytest

from keng.model.alert import Disposition
from keng.model.bulletin import Bulletin, BulletinStatus, Delivery, Finding, Indicator, Tlp
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import SYSTEM, Actor, Role
from keng.state import alerts, audit, bulletins, deliveries, users
from keng.state.bulletins import BulletinEdit
from keng.state.database import State
from keng.state.timeline import timeline

NOW = 1_790_000_000_000_000
LAN, HOA, NURSE = Actor("lan"), Actor("hoa"), Actor("y.ta")


def publish(conn: Any, draft: Bulletin, *agencies: str) -> Bulletin:
    approved = bulletins.approve_bulletin(conn, draft.id, HOA, NOW + 1)
    assert isinstance(approved, Bulletin), approved
    sent = bulletins.publish_bulletin(conn, draft.id, agencies, HOA, NOW + 2)
    assert isinstance(sent, Bulletin), sent
    return sent


def test_a_draft_comes_from_the_incident(drafted: Bulletin) -> None:
    assert (drafted.number, drafted.status, drafted.tlp) == ("CB-2026-0001", BulletinStatus.DRAFT, Tlp.AMBER)
    assert drafted.indicators == (Indicator("file", "evil.exe"),)
    assert len(drafted.text("vi").actions) == len(drafted.text("en").actions) > 2


def test_from_draft_to_the_answer_of_each_agency(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        sent = publish(conn, drafted, "bv", "so", "xa")
        assert (sent.status, sent.approved_by, sent.published_us) == (
            BulletinStatus.PUBLISHED,
            "hoa",
            NOW + 2,
        )
        assert {one.agency: one.telemetry for one in deliveries.deliveries(conn, sent.id)} == {
            "bv": Finding.HIT,
            "so": Finding.NOT_HIT,
            "xa": Finding.CANNOT_TELL,
        }
        assert deliveries.mark_read(conn, sent.id, "bv", NURSE, NOW + 3)
        assert not deliveries.mark_read(conn, sent.id, "bv", Actor("other"), NOW + 4)
        answer = deliveries.confirm(conn, sent.id, "bv", Finding.HIT, "2 máy", [1, 0], NURSE, NOW + 5)
        assert isinstance(answer, Delivery)
        assert answer == deliveries.delivery(conn, sent.id, "bv")
        assert (answer.read_us, answer.read_by, answer.confirmed_us) == (NOW + 3, "y.ta", NOW + 5)
        assert (answer.finding, answer.note, answer.actions_done) == (Finding.HIT, "2 máy", (0, 1))
        again = deliveries.confirm(conn, sent.id, "bv", Finding.NOT_HIT, "", [], NURSE, NOW + 9)
        assert isinstance(again, Delivery) and (again.confirmed_us, again.finding) == (
            NOW + 5,
            Finding.NOT_HIT,
        )
        assert [one.agency for one in deliveries.unanswered(conn)] == ["so", "xa"]
        told = [entry.text for entry in timeline(conn, drafted.incident)]
        assert told[1:5] == [
            "bulletin_drafted",
            "bulletin_approved",
            "bulletin_published",
            "bulletin_confirmed",
        ]
        assert audit.verify(conn) is None


def test_who_wrote_it_cannot_approve_it_unless_nobody_else_can(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        assert isinstance(bulletins.approve_bulletin(conn, drafted.id, LAN, NOW), Rejected)
        bulletins.edit_bulletin(conn, drafted.id, BulletinEdit(severity=Severity.CRITICAL), HOA, NOW)
        users.create_user(conn, "root", Role.ADMIN, "h", SYSTEM, NOW)
        refused = bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        assert isinstance(refused, Rejected) and "somebody else" in refused.reason
        root = users.user_by_name(conn, "root")
        assert root is not None
        users.create_user(conn, "root2", Role.ADMIN, "h", SYSTEM, NOW)
        for name in ("root", "root2"):
            found = users.user_by_name(conn, name)
            assert found is not None
            conn.execute(users.table.update().where(users.table.c.id == found.id).values(disabled=True))
        assert isinstance(bulletins.approve_bulletin(conn, drafted.id, HOA, NOW), Bulletin)


def test_a_change_after_approval_makes_it_a_draft_again(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        changed = bulletins.edit_bulletin(conn, drafted.id, BulletinEdit(tlp=Tlp.GREEN), LAN, NOW + 1)
        assert isinstance(changed, Bulletin)
        assert (changed.status, changed.approved_by, changed.tlp) == (BulletinStatus.DRAFT, "", Tlp.GREEN)
        assert isinstance(bulletins.publish_bulletin(conn, drafted.id, ["bv"], HOA, NOW), Rejected)


def test_tlp_red_goes_to_the_affected_agency_only(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        bulletins.edit_bulletin(conn, drafted.id, BulletinEdit(tlp=Tlp.RED), LAN, NOW)
        bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        refused = bulletins.publish_bulletin(conn, drafted.id, ["bv", "so"], HOA, NOW)
        assert isinstance(refused, Rejected) and "TLP:RED" in refused.reason
        assert isinstance(bulletins.publish_bulletin(conn, drafted.id, ["bv"], HOA, NOW), Bulletin)


def test_a_text_that_names_the_victim_is_not_sent_to_others(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        naming = msgspec.structs.replace(drafted.text("vi"), what="Máy của BỆNH VIỆN  tỉnh bị tấn công.")
        edit = BulletinEdit(texts=drafted.texts | {"vi": naming})
        assert isinstance(bulletins.edit_bulletin(conn, drafted.id, edit, LAN, NOW), Bulletin)
        bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        refused = bulletins.publish_bulletin(conn, drafted.id, ["bv", "so"], HOA, NOW)
        assert isinstance(refused, Rejected) and "bv" in refused.reason
        assert deliveries.deliveries(conn, drafted.id) == []
        assert isinstance(bulletins.publish_bulletin(conn, drafted.id, ["bv"], HOA, NOW), Bulletin)
        assert isinstance(bulletins.publish_bulletin(conn, drafted.id, ["so"], HOA, NOW), Rejected)


def test_a_published_bulletin_is_withdrawn_or_replaced_and_still_seen(
    state: State, drafted: Bulletin
) -> None:
    with state.write() as conn:
        sent = publish(conn, drafted, "bv", "so")
        assert isinstance(
            bulletins.edit_bulletin(conn, sent.id, BulletinEdit(tlp=Tlp.RED), LAN, NOW), Rejected
        )
        newer = bulletins.draft_bulletin(conn, sent.incident, LAN, NOW + 5, replaces=sent.id)
        assert isinstance(newer, Bulletin)
        publish(conn, newer, "so")
        assert [one.bulletin.status for one in deliveries.bulletins_of_agency(conn, "so")] == [
            BulletinStatus.PUBLISHED,
            BulletinStatus.UPDATED,
        ]
        assert isinstance(bulletins.withdraw_bulletin(conn, newer.id, " ", HOA, NOW), Rejected)
        gone = bulletins.withdraw_bulletin(conn, newer.id, "sai địa chỉ", HOA, NOW + 9)
        assert isinstance(gone, Bulletin)
        assert (gone.status, gone.ended_reason) == (BulletinStatus.WITHDRAWN, "sai địa chỉ")
        assert deliveries.unanswered(conn) == []
        assert bulletins.count_bulletins(conn, [BulletinStatus.PUBLISHED]) == 0
        assert len(bulletins.bulletins(conn, incident=sent.incident)) == 2


@pytest.mark.parametrize("change", ["one language", "empty title", "steps differ", "too long"])
def test_a_text_that_is_not_whole_is_refused(state: State, drafted: Bulletin, change: str) -> None:
    vi = drafted.text("vi")
    texts = {
        "one language": {"vi": vi},
        "empty title": drafted.texts | {"vi": msgspec.structs.replace(vi, title="  ")},
        "steps differ": drafted.texts | {"vi": msgspec.structs.replace(vi, actions=("một",))},
        "too long": drafted.texts | {"vi": msgspec.structs.replace(vi, what="x" * 20_001)},
    }[change]
    with state.write() as conn:
        assert isinstance(
            bulletins.edit_bulletin(conn, drafted.id, BulletinEdit(texts=texts), LAN, NOW), Rejected
        )
        assert bulletins.bulletin(conn, drafted.id) == drafted


def test_only_agencies_of_the_register_can_be_chosen(state: State, drafted: Bulletin) -> None:
    with state.write() as conn:
        bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        for chosen in ([], ["bv", "nobody"]):
            assert isinstance(bulletins.publish_bulletin(conn, drafted.id, chosen, HOA, NOW), Rejected)


def found_at(conn: Any, agency: str, rule: str, severity: Severity, event_id: str) -> int:
    event = Event(
        {}, LogSource("windows"), NOW + 9, f"PC-{agency}", id=event_id, agency=agency, source=f"{agency}-win"
    )
    detection = Detection(RuleInfo(rule, rule, severity), event, {"Image": "x"}, (event_id,))
    changes = alerts.record_detections(conn, [detection], NOW + 9)  # the incident's own alert may spread
    return next(change.alert.id for change in changes if change.alert.agency == agency)


@pytest.mark.parametrize(
    ("rule", "severity", "finding"),
    [
        ("r1", Severity.HIGH, Finding.HIT),
        ("other", Severity.CRITICAL, Finding.CANNOT_TELL),
        ("other", Severity.LOW, Finding.NOT_HIT),
    ],
)
def test_what_comes_after_the_warning_changes_what_our_logs_say(
    state: State, drafted: Bulletin, rule: str, severity: Severity, finding: Finding
) -> None:
    with state.write() as conn:
        before = bulletins.telemetry_findings(conn, drafted.incident, ["so"], NOW)
        number = found_at(conn, "so", rule, severity, "later")
        after = bulletins.telemetry_findings(conn, drafted.incident, ["so"], NOW + 10)
        alerts.close(conn, number, Disposition.FALSE_POSITIVE, "a test of the agency", LAN, NOW + 11)
        cleared = bulletins.telemetry_findings(conn, drafted.incident, ["so"], NOW + 12)
    assert (before["so"], after["so"], cleared["so"]) == (Finding.NOT_HIT, finding, Finding.NOT_HIT)
