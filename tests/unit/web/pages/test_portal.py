"""The portal: an agency sees its own, and its answers reach the centre."""

from typing import Any

import pytest

from keng.state import deliveries


def test_its_own_warnings_wait_for_an_answer(browser: Any) -> None:
    text = browser("cntt.benhvien").get("/portal").text
    assert "Waiting for your answer" in text and "CB-" in text


def test_opening_a_warning_is_recorded_with_the_reader(browser: Any, centre: Any) -> None:
    browser("cntt.soyte").get("/portal/warnings/1")
    with centre.state.read() as conn:
        one = deliveries.delivery(conn, 1, "so-y-te")
    assert one is not None and one.read_us and one.read_by == "cntt.soyte"


def test_the_answer_reaches_the_centre(browser: Any, centre: Any) -> None:
    person = browser("cntt.benhvien")
    person.post("/portal/warnings/1/confirm", {"finding": "hit", "note": "two machines", "done": ["0", "1"]})
    with centre.state.read() as conn:
        one = deliveries.delivery(conn, 1, "benh-vien-tinh")
    assert one is not None
    assert (one.finding, one.note, one.actions_done, one.confirmed_by) == (
        "hit",
        "two machines",
        (0, 1),
        "cntt.benhvien",
    )
    assert "two machines" in browser("an.tran").get("/warnings/1").text


@pytest.mark.parametrize("form", [{}, {"finding": "perhaps"}, {"finding": "hit", "done": ["99"]}])
def test_a_wrong_answer_is_refused(browser: Any, form: dict[str, Any]) -> None:
    answer = browser("cntt.soyte").post("/portal/warnings/1/confirm", form)
    assert answer.status_code == 303 and "keng_notice" in answer.cookies


@pytest.mark.parametrize(
    "path", ["/portal/warnings/2", "/portal/warnings/2/warning.pdf", "/portal/warnings/999"]
)
def test_a_draft_or_a_warning_to_others_is_not_found(browser: Any, path: str) -> None:
    assert browser("cntt.benhvien").get(path).status_code == 404


def test_another_agencys_warning_cannot_be_answered(browser: Any) -> None:
    assert browser("cntt.benhvien").post("/portal/warnings/2/confirm", {"finding": "hit"}).status_code == 404


def test_the_letter_names_this_agency_alone(browser: Any) -> None:
    answer = browser("cntt.benhvien").get("/portal/warnings/1/warning.pdf")
    assert answer.content.startswith(b"%PDF-")


def test_it_sees_its_own_systems_and_sources_and_nobody_elses(browser: Any) -> None:
    text = browser("cntt.benhvien").get("/portal/systems").text
    assert "Hospital information system (HIS)" in text and "Windows · Bệnh viện Đa khoa tỉnh" in text
    assert "Sở Y tế" not in text and "Sở Tài chính" not in text
