"""Victims' names in texts."""

from keng.bulletins.naming import named_agencies
from keng.model.agency import Agency
from keng.model.bulletin import Bulletin, BulletinText, Tlp
from keng.model.severity import Severity

VICTIMS = (
    Agency("bv", "Bệnh viện tỉnh", "Provincial Hospital"),
    Agency("x", "X", ""),
    Agency("so", "Sở Y tế", ""),
)


def bulletin(**fields: str) -> Bulletin:
    text = BulletinText("T", "W", "C", ("do this",))
    parts = {name: fields.get(name, getattr(text, name)) for name in ("title", "what", "concerns")}
    changed = BulletinText(**parts, actions=(fields.get("action", ""),))
    return Bulletin(1, "CB-2026-0001", Severity.LOW, Tlp.AMBER, {"vi": text, "en": changed})


def test_a_name_is_found_anywhere_in_any_case_and_spacing() -> None:
    for field in ("title", "what", "concerns", "action"):
        assert named_agencies(bulletin(**{field: "ở BỆNH\n VIỆN TỈNH có"}), VICTIMS) == ["bv"]
    assert named_agencies(bulletin(what="the provincial hospital and SỞ Y TẾ"), VICTIMS) == ["bv", "so"]


def test_other_texts_name_nobody() -> None:
    assert named_agencies(bulletin(what="một bệnh viện trong tỉnh, XX"), VICTIMS) == []
