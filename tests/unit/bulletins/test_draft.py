"""Drafts in both languages."""

import msgspec

from keng.bulletins.draft import MAX_ACTIONS, draft
from keng.model.agency import CentreProfile
from keng.model.alert import Alert
from keng.model.incident import Incident
from keng.model.severity import Severity

CENTRE = CentreProfile(phone="0263 000", email="ttanm@example.vn")


def test_it_says_what_happened_and_what_to_do_in_both_languages(incident: Incident, alert: Alert) -> None:
    made = draft(incident, [alert], CENTRE, frozenset({"windows"}))
    vi, en = made.texts["vi"], made.texts["en"]
    assert made.severity is Severity.HIGH
    assert (vi.title, en.title) == ("Cảnh báo: Xóa bản sao lưu bóng", "Warning: Shadow copies deleted")
    assert "21:13 21/09/2026" in vi.what and "3 đơn vị" in vi.what and "3 agencies" in en.what
    assert "Mã độc tống tiền xóa bản sao lưu." in vi.what
    assert vi.actions[:2] == ("Ngắt máy chủ sao lưu.", "Thử khôi phục.")
    assert en.actions[:2] == ("Disconnect the backup server.", "Try a restore.")
    assert len(vi.actions) == len(en.actions) <= MAX_ACTIONS
    assert "0263 000" in vi.report_to and "Windows" in vi.concerns


def test_it_never_names_a_victim(incident: Incident, alert: Alert) -> None:
    made = draft(incident, [alert], CENTRE)
    written = msgspec.json.encode(made).decode().lower()
    for name in ("bệnh viện", "bv", "pc-ketoan", "an.nv", "10.20.30.40", "benhvien"):
        assert name not in written


def test_advice_in_one_language_only_keeps_the_steps_in_line(incident: Incident, alert: Alert) -> None:
    rules = [
        {"vi": {"advice": "Một.\nHai."}},
        {"vi": {"advice": "Một.\nHai."}, "en": {"advice": "One and two."}},
        {"en": {"advice": "Three."}},
        {},
    ]
    for texts in rules:
        rule = msgspec.structs.replace(alert.rule, texts=texts)
        made = draft(incident, [msgspec.structs.replace(alert, rule=rule)], CENTRE)
        assert len(made.texts["vi"].actions) == len(made.texts["en"].actions)


def test_without_alerts_the_general_advice_is_left(incident: Incident) -> None:
    made = draft(incident, [], CentreProfile(timezone="no/where"))
    assert len(made.texts["en"].actions) == 2 and made.indicators == ()
    assert "UTC" in made.texts["en"].what
