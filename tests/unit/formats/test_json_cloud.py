"""Shapes of audit logs."""

from pathlib import Path

import orjson
import pytest

from keng.formats.json_cloud import CLOUD_SHAPES, cloud_shape
from keng.formats.json_shape import opened, shape_of

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("shape", CLOUD_SHAPES)
def test_each_shape_has_a_golden_case_that_is_known_by_it(shape: str) -> None:
    formats = {
        found.get("format")
        for path in (GOLDEN / shape).glob("*/expected.json")
        for found in orjson.loads(path.read_bytes())
    }
    assert shape in formats and formats <= {
        None,
        "json",
        shape,
    }  # refusals have none; "json" is what only resembles it


@pytest.mark.parametrize(
    "value",
    [{}, {"action": "x"}, {"kind": "Event"}, {"eventName": "x"}, {"data": {}}, {"protoPayload": 1}, {"event": {}, "process": {}},
     {"records": [1]}, {"@odata.type": 5}, {"auditType": "x"}],
)  # fmt: skip
def test_other_objects_have_no_shape(value: dict[str, object]) -> None:
    assert cloud_shape(value) == "json"


def test_a_delivery_of_one_is_opened() -> None:
    entry = {"eventSource": "s", "eventName": "n", "awsRegion": "r"}
    assert shape_of(opened({"Records": [entry]})) == "aws_cloudtrail"
    assert opened({"Records": [entry, entry]}) == {"Records": [entry, entry]}


def test_duo_and_suricata_are_told_apart() -> None:
    duo = {"event_type": "authentication", "timestamp": 1, "txid": "t", "factor": "x"}
    assert shape_of(duo) == "cisco_duo"
    assert shape_of({"event_type": "dns", "timestamp": "x"}) == "suricata_eve"
