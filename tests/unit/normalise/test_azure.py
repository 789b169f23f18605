"""Azure and Entra ID."""

from typing import Any

import orjson

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event


def event(value: dict[str, Any]) -> Event:
    item = parse_record(orjson.dumps(value))
    assert isinstance(item, Record), item
    return to_event(item)


def test_activity_is_written_in_capitals() -> None:
    found = event(
        {
            "time": "2024-05-01T12:00:00Z",
            "resourceId": "/x",
            "operationName": "Microsoft.Network/dnsZones/write",
            "category": "Administrative",
        }
    )
    assert found.logsource == ("azure", "activitylogs", ()) and found.time_us == 1_714_564_800_000_000
    assert found.fields["operationName"] == "MICROSOFT.NETWORK/DNSZONES/WRITE"
    assert (found.fields["ResourceProviderValue"], found.fields["CategoryValue"]) == (
        "Microsoft.Network",
        "Administrative",
    )


def test_one_sign_in_is_the_same_whichever_way_it_came() -> None:
    inner = {"userPrincipalName": "an@x", "ipAddress": "203.0.113.9", "clientAppUsed": "IMAP4", "status": {"errorCode": 50053, "failureReason": "locked"},
             "deviceDetail": {"trustType": ""}, "conditionalAccessStatus": "success", "riskState": "atRisk"}  # fmt: skip
    shapes = (
        {
            "time": "2024-05-01T12:00:00Z",
            "operationName": "Sign-in activity",
            "category": "SignInLogs",
            "properties": inner,
        },
        {"createdDateTime": "2024-05-01T12:00:00Z", **inner},
        {
            "TimeGenerated": "2024-05-01T12:00:00Z",
            "Type": "SigninLogs",
            **{name[0].upper() + name[1:]: value for name, value in inner.items()},
        },
    )
    for shape in shapes:
        found = event(shape)
        assert found.logsource == ("azure", "signinlogs", ()) and found.time_us == 1_714_564_800_000_000
        names = (
            "ResultType",
            "Status",
            "ClientApp",
            "DeviceDetail.trusttype",
            "RiskState",
            "Username",
            "conditionalAccessStatus",
            "outcome",
        )
        assert [found.fields.get(name) for name in names] == [
            50053,
            "Failure: locked",
            "IMAP4",
            "",
            "atRisk",
            "an@x",
            "success",
            "failure",
        ]


def test_audits() -> None:
    found = event({"activityDisplayName": "Add user", "loggedByService": "Core Directory", "result": "success", "activityDateTime": "2024-05-01T12:00:00Z",
                   "targetResources": [{"userPrincipalName": "b@x", "modifiedProperties": [{"displayName": "d", "newValue": "n"}]}],
                   "initiatedBy": {"user": {"userPrincipalName": "an@x"}}, "additionalDetails": [{"key": "additionalInfo", "value": "v"}, 5]})  # fmt: skip
    assert found.logsource == ("azure", "auditlogs", ())
    fields = found.fields
    assert fields["properties.message"] == fields["OperationName"] == fields["ActivityType"] == "Add user"
    assert (
        fields["TargetResources.ModifiedProperties.NewValue"] == ["n"]
        and '"displayName":"d"' in fields["TargetResources.modifiedProperties"]
    )
    assert (
        fields["Target"],
        fields["Status"],
        fields["User"],
        fields["additionalDetails.additionalInfo"],
    ) == (["b@x"], "success", "an@x", "v")


def test_risks_and_alerts() -> None:
    assert (
        event({"riskEventType": "impossibleTravel", "detectedDateTime": "x"}).logsource.service
        == "riskdetection"
    )
    found = event({"@odata.type": "#microsoft.graph.staleSignInAlertIncident"})
    assert found.logsource.service == "pim" and found.fields["riskEventType"] == "staleSignInAlertIncident"
