from typing import Any

import pytest

from keng.formats.json_device import device_shape


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"ActionType": "ProcessCreated", "DeviceId": "d"}, "defender_xdr"),
        ({"ID": "1.1:2", "EXECVE": {}}, "laurel"),
        ({"rule": "r", "priority": "Notice", "output_fields": {}}, "falco"),
        ({"action_id": "LGIS", "server_principal_name": "sa"}, "database_audit"),
        ({"msg-type": "activity", "date": "1"}, "database_audit"),
        ({"urlcategory": "x", "ClientIP": "10.0.0.1"}, "cloud_proxy"),
        ({"QueryName": "a", "SrcIP": "10.0.0.1"}, "cloud_proxy"),
        ({"entity_type": "Project", "author_id": 1}, "gitlab_audit"),
        ({"ActionType": "login", "ActorEmail": "a"}, ""),
        ({"ID": 7, "EXECVE": {}}, ""),
        ({"rule": "r", "priority": 1, "output_fields": "x"}, ""),
        ({}, ""),
    ],
)
def test_a_shape_is_told_by_its_keys(value: dict[str, Any], shape: str) -> None:
    assert device_shape(value) == shape
