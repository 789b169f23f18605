"""Sharing labels."""

import pytest

from keng.bulletins.tlp import Audience, check_sharing, parse_tlp, sharing_text
from keng.i18n import using
from keng.model.bulletin import Tlp
from keng.model.rejected import Rejected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TLP:RED", Tlp.RED),
        (" amber+strict ", Tlp.AMBER_STRICT),
        ("tlp: green", Tlp.GREEN),
        ("WHITE", Tlp.CLEAR),
        ("TLP:WHITE", Tlp.CLEAR),
        ("clear", Tlp.CLEAR),
    ],
)
def test_labels_are_read_in_any_spelling(text: str, label: Tlp) -> None:
    assert parse_tlp(text) is label


@pytest.mark.parametrize("text", ["", "blue", "TLP:", "red green", "x" * 99])
def test_anything_else_is_refused(text: str) -> None:
    assert isinstance(parse_tlp(text), Rejected)


def test_each_label_has_its_widest_audience() -> None:
    allowed = {
        tlp: max(audience for audience in Audience if check_sharing(tlp, audience) is None) for tlp in Tlp
    }
    assert allowed == {
        Tlp.RED: Audience.AFFECTED,
        Tlp.AMBER_STRICT: Audience.CHOSEN,
        Tlp.AMBER: Audience.CHOSEN,
        Tlp.GREEN: Audience.ALL_AGENCIES,
        Tlp.CLEAR: Audience.PUBLIC,
    }


def test_every_label_is_explained_in_both_languages() -> None:
    with using("vi"):
        vietnamese = {sharing_text(tlp) for tlp in Tlp}
    assert len(vietnamese | {sharing_text(tlp) for tlp in Tlp}) == 2 * len(Tlp)
