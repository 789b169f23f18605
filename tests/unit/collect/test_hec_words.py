import json

from keng.collect.hec_words import Code


def test_an_answer_names_what_it_is_about() -> None:
    assert json.loads(Code.SUCCESS.answer(ack_id=0)) == {"text": "Success", "code": 0, "ackId": 0}
    assert json.loads(Code.INVALID_DATA_FORMAT.answer(event_number=3)) == {
        "text": "Invalid data format",
        "code": 6,
        "invalid-event-number": 3,
    }
    assert {code.number for code in Code} == {0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 17, 18}
