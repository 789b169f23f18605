"""Personal data is for those who need it."""

import msgspec
import pytest

from keng.auth.roles import Permission, may
from keng.model.alert import Alert, Sample
from keng.model.detection import RuleInfo
from keng.model.hot_columns import HotColumns
from keng.model.severity import Severity
from keng.model.user import Role
from keng.store.base import StoredEvent
from keng.web.personal import MASK, is_personal, masked, masked_alert


def event(**fields: str) -> StoredEvent:
    return StoredEvent(
        "0" * 32, 1, 2, "bv", "s", "dc01", "f", "windows", "security", (), True, 7,
        HotColumns(user=fields.get("TargetUserName", ""), command_line=fields.get("CommandLine", ""), dst_port=443),
        fields, "raw with an.nv in it",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "personal"),
    [
        ("user", True), ("TargetUserName", True), ("SubjectUserName", True), ("user.name", True), ("acct", True),
        ("cs-username", True), ("userIdentity.userName", True), ("sender", True), ("user.email", True), ("from", True),
        ("AccountName", True), ("UserPrincipalName", True), ("Image", False), ("IpAddress", False), ("EventID", False),
        ("CommandLine", False), ("ParentImage", False), ("ProcessId", False), ("DestinationPort", False),
        ("SourceHostname", False), ("cs-user-agent", False), ("UserAgent", False), ("AccountDomain", False),
        ("USER", True), ("user_id", True), ("TargetUserSid", True), ("Channel", False), ("photo", False),
    ],
)  # fmt: skip
def test_fields_with_names_of_people_are_known(field: str, personal: bool) -> None:
    assert is_personal(field) == personal


def test_a_name_is_masked_in_every_copy_and_nothing_else_changes() -> None:
    seen = masked(
        event(TargetUserName="TINH\\an.nv", CommandLine="dir C:\\Users\\an.nv\\x", LogonType="3", Empty="")
    )
    assert seen.hot.user == MASK == seen.fields["TargetUserName"] == seen.raw
    assert seen.hot.command_line == seen.fields["CommandLine"] == f"dir C:\\Users\\{MASK}\\x"
    assert (seen.fields["LogonType"], seen.fields["Empty"], seen.host, seen.hot.dst_port) == (
        "3",
        "",
        "dc01",
        443,
    )


def test_short_names_do_not_tear_other_words_apart() -> None:
    assert masked(event(TargetUserName="an", CommandLine="scan")).hot.command_line == "scan"


def test_who_hunts_and_handles_sees_names_and_who_runs_the_machines_does_not() -> None:
    assert [role for role in Role if may(role, Permission.SEE_PERSONAL)] == [Role.ANALYST, Role.HEAD]


def test_an_alert_is_masked_in_what_made_it_match_its_group_and_its_accounts() -> None:
    sample = Sample(
        "e1", 7, {"CommandLine": "copy C:\\Users\\an.nv\\x", "User": "TINH\\an.nv"}, ("e1",), "TINH\\an.nv"
    )
    alert = Alert(
        1, "k", RuleInfo("r", "Copied", Severity.HIGH), Severity.HIGH, "bv", "s", "dc01", 1, 2, 3, 3,
        group={"TargetUserName": "an.nv", "IpAddress": "203.0.113.7"}, users=("TINH\\an.nv",), samples=(sample,),
    )  # fmt: skip
    seen = masked_alert(alert)
    assert seen.group == {"TargetUserName": MASK, "IpAddress": "203.0.113.7"}
    assert seen.samples[0].matched == {"CommandLine": f"copy C:\\Users\\{MASK}\\x", "User": MASK}
    assert seen.users == (MASK,) and seen.samples[0].user == MASK and seen.samples[0].event_ids == ("e1",)
    assert masked_alert(msgspec.structs.replace(alert, group={}, users=(), samples=())).users == ()
