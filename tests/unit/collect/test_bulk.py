import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.collect import bulk as module
from keng.collect.bulk import answer, read_bulk


def statuses(body: bytes) -> list[tuple[str, int]]:
    return [(item.action.name, item.status) for item in read_bulk(body).items]


def test_items_stand_in_the_order_of_the_actions() -> None:
    body = b'{"index":{}}\n{"a":1}\n{"delete":{"_id":"1"}}\n{"create":{}}\n{"b":1}\n{"update":{"_id":"1"}}\n{"doc":{}}\n{"index":{}}\n{"c":1}\n'
    assert statuses(body) == [
        ("index", 201),
        ("delete", 400),
        ("create", 201),
        ("update", 400),
        ("index", 201),
    ]
    assert read_bulk(body).records == [b'{"a":1}', b'{"b":1}', b'{"c":1}']


def test_a_broken_action_costs_its_document_only() -> None:
    body = b'{"index":{}}\n{"a":1}\n{"inde\n{"lost":1}\n{"index":{}}\n{"b":1}\n'
    bulk = read_bulk(body)
    assert [item.status for item in bulk.items] == [201, 400, 201]
    assert bulk.records == [b'{"a":1}', b'{"b":1}']


def test_a_broken_action_before_another_action_costs_nothing_else() -> None:
    bulk = read_bulk(b'nonsense\n{"index":{}}\n{"b":1}\n')
    assert [item.status for item in bulk.items] == [400, 201]


@pytest.mark.parametrize(
    "document",
    [
        b'{"a":1',
        b'{"a":tru}',
        b"[1]",
        b'"text"',
        b"nonsense",
        b'{"a":"\xff"}',
        b'{"a":"\x01"}',
        b'{"a":1}}',
        b'{"a":' * 200_000,
    ],
)
def test_a_document_that_is_no_json_object_is_refused(document: bytes) -> None:
    bulk = read_bulk(b'{"index":{}}\n' + document + b'\n{"index":{}}\n{"b":1}\n')
    assert [item.status for item in bulk.items] == [400, 201]
    assert bulk.refused[0].position == "line 2"
    assert len(bulk.refused[0].raw) <= 4096


def test_a_document_beyond_one_mebibyte_is_refused() -> None:
    bulk = read_bulk(b'{"index":{}}\n{"a":"' + b"x" * (1 << 20) + b'"}\n')
    assert [item.status for item in bulk.items] == [413]


def test_a_missing_last_document_is_refused() -> None:
    assert statuses(b'{"index":{}}\n{"a":1}\n{"index":{}}\n') == [("index", 201), ("index", 400)]
    assert statuses(b'{"index":{}}\n{"a":1}\n{"index":{}}') == [("index", 201), ("index", 400)]


def test_carriage_returns_and_a_missing_last_line_feed_are_tolerated() -> None:
    assert read_bulk(b'{"index":{}}\r\n{"a":1}\r\n\r\n{"index":{}}\r\n{"b":1}').records == [
        b'{"a":1}',
        b'{"b":1}',
    ]


def test_ids_carry_their_index() -> None:
    body = b'{"index":{"_index":"x","_id":"1"}}\n{"a":1}\n{"index":{"_id":1}}\n{"a":1}\n{"index":{"_id":null,"_type":"_doc"}}\n{"a":1}\n'
    assert read_bulk(body, "d").ids == ["x/1", "d/1", ""]


def test_more_actions_than_allowed_are_refused_as_one_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ACTIONS", 2)
    assert [status for _name, status in statuses(b'{"index":{}}\n{"a":1}\n' * 5)] == [201, 201, 413]


def test_the_answer_is_json_in_the_shape_of_the_protocol() -> None:
    bulk = read_bulk(b'{"index":{"_index":"i","_id":"\\u0001\\"x"}}\n{"a":1}\n{"create":{}}\n{"broken\n')
    told = json.loads(answer(bulk, 3, 255, brief=False))
    assert told["took"] == 3
    assert told["errors"] is True
    assert told["items"][0]["index"]["_id"] == '\x01"x'
    assert told["items"][1]["create"]["error"]["type"] == "document_parsing_exception"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(body: bytes) -> None:
    bulk = read_bulk(body)
    assert len(bulk.records) == len(bulk.ids) == sum(item.status == 201 for item in bulk.items)
    assert len(bulk.refused) == len(bulk.items) - len(bulk.records)
    json.loads(answer(bulk, 0, 0, brief=True))


def test_what_a_sender_adds_beside_the_action_is_passed_over() -> None:
    bulk = read_bulk(b'{"index":{"_index":"logs"},"attempts":1}\n{"n":1}\n')
    assert [item.status for item in bulk.items] == [201]
    assert bulk.records == [b'{"n":1}']
    names = b",".join(b'"n%d":1' % n for n in range(50))
    assert read_bulk(b'{"index":{},' + names + b'}\n{"n":1}\n').records == []
