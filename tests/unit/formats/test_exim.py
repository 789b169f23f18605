import pytest

from keng.formats.exim import fields_of, message_fields

STAMP = "2026-11-24 10:11:12 "


def test_a_failed_logon_names_who_was_tried_and_from_where() -> None:
    found = fields_of(
        f"{STAMP}plain authenticator failed for (x) [198.51.100.7]:40111: 535 Incorrect (set_id=an)"
    )
    assert found is not None
    assert (found["user"], found["src_ip"], found["src_port"]) == ("an", "198.51.100.7", 40111)
    assert found["outcome"] == "failure"


def test_an_arrival_has_a_source_and_a_delivery_has_a_relay() -> None:
    arrival = fields_of(f"{STAMP}1abcDE-0001xY-AB <= an@x H=pc [10.1.2.3] P=esmtpsa A=plain:an S=1")
    delivery = fields_of(f"{STAMP}1abcDE-0001xY-AB => b@y R=dns T=smtp H=mx [203.0.113.9]:25")
    assert arrival is not None and delivery is not None
    assert (arrival["src_ip"], arrival["user"], arrival["outcome"]) == ("10.1.2.3", "an", "success")
    assert (delivery["relay_ip"], delivery["relay_port"]) == ("203.0.113.9", 25)
    assert "src_ip" not in delivery


def test_what_a_mail_is_about_is_no_field() -> None:
    found = message_fields('1abcDE-0001xY-AB <= an@x U=root P=local S=1 T="secret words"')
    assert found is not None
    assert "T" not in found


@pytest.mark.parametrize(
    "text", ["", STAMP, f"{STAMP}INFO started", "Nov 24 10:11:12 x y: z", f"{STAMP}a => b"]
)
def test_other_lines_are_none_of_exim(text: str) -> None:
    assert fields_of(text) is None
