import json
from collections.abc import Callable

from keng.demo.wire.moment import Moment
from keng.demo.wire.winlogbeat import AUDITING, winlogbeat


def test_the_document_has_the_shape_that_winlogbeat_sends(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    document = json.loads(winlogbeat(at, "Security", AUDITING, 4625, {"TargetUserName": "a"}, "Logon"))
    assert document["@timestamp"] == at.iso
    assert document["event"]["code"] == "4625"
    assert document["event"]["outcome"] == "failure"
    assert document["winlog"]["channel"] == "Security"
    assert document["winlog"]["event_id"] == "4625"
    assert document["winlog"]["computer_name"] == "KHENAM-VP-05.khenam.havan.example"
    assert document["winlog"]["event_data"] == {"TargetUserName": "a"}
    assert document["winlog"]["keywords"] == ["Audit Failure"]


def test_record_numbers_grow(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    numbers = [json.loads(winlogbeat(at, "System", "x", 1, {}))["winlog"]["record_id"] for _ in range(3)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
