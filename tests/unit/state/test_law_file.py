"""The country pack's law."""

from pathlib import Path

import pytest

from keng.model.incident import Law
from keng.model.rejected import Rejected
from keng.state.law_file import read_law, read_law_file


def test_the_vietnamese_pack_has_its_four_clocks_and_retention_in_both_languages() -> None:
    law = read_law("vn")
    assert isinstance(law, Law)
    assert [(clock.id, clock.hours) for clock in law.clocks] == [
        ("at_once", 0),
        ("first_notice", 24),
        ("report", 72),
        ("personal_data", 72),
    ]
    assert law.retention_months == {"1": 1, "2": 1, "3": 3, "4": 6, "5": 12}
    for clock in law.clocks:
        assert {*clock.name} == {*clock.basis} == {*clock.to} == {"vi", "en"}


@pytest.mark.parametrize("country", ["xx", "../vn", "vn/demo", ""])
def test_an_unknown_country_is_refused(country: str) -> None:
    assert isinstance(read_law(country), Rejected)


@pytest.mark.parametrize(
    "text",
    [
        "country: [",
        "country: x\nclocks: 3\nretention_months: {}",
        "country: x\nclocks: [{id: a, hours: 1, applies: [whenever], name: {}}]\nretention_months: {}",
    ],
)
def test_a_broken_pack_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "law.yaml"
    path.write_text(text, encoding="utf-8")
    assert isinstance(read_law_file(path), Rejected)
