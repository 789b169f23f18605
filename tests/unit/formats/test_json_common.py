from typing import Any

import pytest

from keng.formats.json_common import common_shape


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"event": {"category": ["process"]}, "process": {"executable": "/x"}}, "ecs"),
        ({"event": {"category": "x"}, "process": {"name": "y"}}, ""),
        ({"remote_addr": "10.0.0.1", "request": "GET / HTTP/1.1", "status": 200}, "web_json"),
        ({"request": {"method": "GET", "uri": "/"}, "status": 200}, "web_json"),
        ({"remote_addr": "10.0.0.1", "status": 200}, ""),
        ({"request": {"method": "GET"}, "status": 200}, ""),
        ({"error_severity": "LOG", "message": "x", "pid": 7}, "postgresql_json"),
        ({}, ""),
    ],
)
def test_shapes_that_many_products_share_are_told_by_their_keys(value: dict[str, Any], shape: str) -> None:
    assert common_shape(value) == shape
