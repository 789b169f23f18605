"""Every value of the model has a word in both languages."""

import pytest

from keng.i18n import using
from keng.model.alert import AlertStatus, Disposition
from keng.model.bulletin import BulletinStatus, Finding, Indicator
from keng.model.severity import Severity
from keng.model.user import Role
from keng.web import words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_value_has_a_word(language: str) -> None:
    with using(language):
        for kind, name in (
            (Severity, words.severity),
            (AlertStatus, words.alert_status),
            (Disposition, words.disposition),
            (BulletinStatus, words.bulletin_status),
            (Finding, words.finding),
            (Role, words.role),
        ):
            assert len({name(value) for value in kind}) == len(kind)
        assert words.finding(None) == "–"


def test_one_is_not_many_in_english() -> None:
    with using("en"):
        assert (words.alerts(1), words.alerts(2)) == ("1 alert", "2 alerts")
        assert (words.systems(1), words.systems(0)) == ("1 system", "0 systems")


def test_attack_tags_are_read_as_people_know_them() -> None:
    assert words.tactic("attack.t1059.001") == "T1059.001"
    with using("en"):
        assert words.tactic("attack.credential-access") == "Credential Access"
    with using("vi"):
        assert words.tactic("attack.credential_access") == "Chiếm thông tin đăng nhập"
        assert words.tactic("attack.new-in-v30") == "new-in-v30"


def test_headings_of_a_letter_are_in_its_own_language() -> None:
    with using("vi"):
        assert words.letter_headings("en")["actions"] == "What to do"
        assert words.letter_headings("vi")["actions"] == "Việc cần làm"
        assert words.indicator_kind("domain", "en") == "domain"


def test_an_address_is_shown_defanged() -> None:
    assert "." not in words.indicator(Indicator("domain", "evil.example")).replace("[.]", "")


def test_an_unknown_kind_of_agency_stays_as_it_was_written() -> None:
    assert words.kind("lighthouse") == "lighthouse"
