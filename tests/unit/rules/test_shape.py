"""The form of our own rules: loaded without a word, named, tagged and sampled as docs/rules.md asks."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from keng.detect.sigma import RuleSet
from keng.resources import rules_dir

FOLDERS = {"windows", "linux", "web", "dns", "network", "firewall", "correlations"}
TACTICS = {
    "reconnaissance", "resource-development", "initial-access", "execution", "persistence",
    "privilege-escalation", "stealth", "defense-impairment", "credential-access", "discovery",
    "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
}  # fmt: skip
SYSMON = {
    "EventID", "EventType", "Computer", "User", "Image", "CommandLine", "ParentImage", "ParentCommandLine",
    "OriginalFileName", "Product", "TargetObject", "Details", "TargetFilename", "ImageLoaded", "Signed",
    "SignatureStatus", "SourceImage", "TargetImage", "GrantedAccess", "PipeName", "Type", "Name", "Destination", "QueryName",
}  # fmt: skip
EVENT_LOG = {
    "EventID", "Provider_Name", "Computer", "SubjectUserName", "SubjectUserSid", "TargetUserName", "TargetSid",
    "MemberSid", "IpAddress", "LogonType", "LogonProcessName", "AuthenticationPackageName", "ProcessName",
    "Properties", "AccessMask", "AccessList", "ShareName", "RelativeTargetName", "Status", "ServiceName",
    "ImagePath", "TicketEncryptionType", "ScriptBlockText", "Severity Name",
}  # fmt: skip
LINUX = {
    "Image",
    "CommandLine",
    "ParentImage",
    "ParentCommandLine",
    "User",
    "TargetFilename",
    "type",
    "audit_enabled",
}
WEB = {"cs-method", "cs-uri-stem", "cs-uri-query", "sc-status", "cs-user-agent", "cs-referer", "c-ip"}
NETWORK = {
    "id.orig_h", "id.resp_h", "id.resp_p", "src_ip", "dst_ip", "dst_port", "action", "conn_state", "orig_bytes",
    "query", "record_type", "rcode_name", "endpoint", "operation", "path", "name", "host", "uri", "user_agent",
    "resp_mime_types", "status_code", "issuer", "subject", "auth_success", "auth_attempts",
    "alert.severity", "alert.action", "alert.signature", "alert.category",
}  # fmt: skip
KNOWN = SYSMON | EVENT_LOG | LINUX | WEB | NETWORK
Document = tuple[Path, dict[str, Any]]


def _documents() -> list[Document]:
    return [
        (path.relative_to(rules_dir()), document)
        for path in sorted(rules_dir().rglob("*.yml"))
        for document in yaml.safe_load_all(path.read_text("utf-8"))
    ]


DOCUMENTS = _documents()
LEADING = [(path, document) for path, document in DOCUMENTS if document["level"] != "informational"]
"""Those that alert by themselves; the informational ones are only counted by correlations."""


def _fields(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {str(key).partition("|")[0] for key in node}
        return own | {name for value in node.values() if isinstance(value, list) for name in _fields(value)}
    if isinstance(node, list):
        return {name for item in node if isinstance(item, dict) for name in _fields(item)}
    return set()


def test_the_starter_set_is_as_large_as_promised() -> None:
    plain = [path for path, document in LEADING if "detection" in document]
    assert len(plain) >= 70
    assert len([path for path, document in LEADING if "correlation" in document]) >= 8
    assert {path.parts[0] for path, _ in DOCUMENTS} == FOLDERS


def test_the_loader_has_nothing_to_say(ruleset: RuleSet) -> None:
    assert ruleset.errors == ()
    assert len(ruleset.info) == len(DOCUMENTS)


@pytest.mark.parametrize("key", ["id", "title", "name"])
def test_ids_titles_and_names_are_unique(key: str) -> None:
    values = [document[key] for _, document in DOCUMENTS]
    assert sorted(values) == sorted(set(values))


def test_ids_are_random_uuids() -> None:
    assert {UUID(document["id"]).version for _, document in DOCUMENTS} == {4}


def test_every_rule_states_author_date_status_and_false_alarms() -> None:
    for path, document in DOCUMENTS:
        assert document["author"] == "Kẻng", path
        assert str(document["date"]) >= "2026-11-24", path
        assert document["status"] in ("stable", "test"), path
        assert document["falsepositives"], path
        assert len(document["description"]) > 20, path


def test_tags_name_a_technique_and_its_tactic() -> None:
    for path, document in DOCUMENTS:
        tags = [tag.removeprefix("attack.") for tag in document["tags"]]
        techniques = {tag for tag in tags if re.fullmatch(r"t\d{4}(\.\d{3})?", tag)}
        assert techniques, path
        assert set(tags) - techniques, path
        assert set(tags) - techniques <= TACTICS, path


def test_rules_read_only_fields_that_our_sources_carry() -> None:
    for path, document in DOCUMENTS:
        for name, selection in document.get("detection", {}).items():
            if name != "condition":
                assert _fields(selection) - {""} <= KNOWN, f"{path}: {name}"


def test_every_rule_that_alerts_has_samples_and_every_sample_a_rule(
    samples: dict[Path, dict[str, Any]], ruleset: RuleSet
) -> None:
    sampled = {sample["rule"] for sample in samples.values()}
    assert {document["id"] for _, document in LEADING} == sampled
    for path, sample in samples.items():
        beside = rules_dir() / path.relative_to(rules_dir() / "samples").with_suffix(".yml")
        assert beside.is_file(), path
        assert ruleset.info[sample["rule"]].path.endswith(str(beside.relative_to(rules_dir()))), path
        assert sample["match"] and sample["no_match"], path
