"""Closed lists of fields: they hold whatever our own samples show, and tell what never comes."""

from pathlib import Path

import pytest
from tests.conformance.log_sources.evidence import given

from keng.detect.sigma.mapping_elsewhere import fields_elsewhere
from keng.detect.sigma.rule import RuleSource

CLOSED = [
    ("linux", "", "process_creation"), ("linux", "", "file_event"), ("linux", "", "network_connection"),
    ("linux", "auditd", ""), ("macos", "", "process_creation"), ("macos", "", "file_event"), ("", "", "webserver"),
    ("aws", "cloudtrail", ""), ("kubernetes", "audit", ""), ("okta", "okta", ""),
    *[("zeek", log, "") for log in ("conn", "dns", "http", "x509", "smb_files", "dce_rpc", "kerberos", "rdp")],
]  # fmt: skip
GOLDEN = Path(__file__).parents[3].parent / "tests" / "golden"


def test_nothing_that_our_samples_carry_is_called_impossible() -> None:
    found = given(sorted(GOLDEN.glob("*/*/input*")), CLOSED)
    assert set(found) == set(CLOSED)
    for product, service, category in CLOSED:
        known = fields_elsewhere(RuleSource(category=category, product=product, service=service))
        assert known is not None
        assert [name for name in sorted(found[product, service, category].fields) if name not in known] == []


@pytest.mark.parametrize(
    ("source", "never", "open_name"),
    [
        (RuleSource(product="zeek", service="dns"), "CommandLine", "id.orig_h"),
        (RuleSource("process_creation", "linux"), "GrandParentImage", "process.args"),
        (RuleSource(product="linux", service="auditd"), "Image2", "a17"),
        (RuleSource(product="aws", service="cloudtrail"), "CommandLine", "requestParameters.anything.below"),
        (RuleSource("webserver"), "cs-uri-typo", "X-My-Header"),
        (RuleSource("application", "kubernetes", "audit"), "Image", "requestObject.spec.x"),
    ],
)
def test_what_never_comes_is_told_from_what_may(source: RuleSource, never: str, open_name: str) -> None:
    known = fields_elsewhere(source)
    assert known is not None
    assert never not in known and open_name in known


@pytest.mark.parametrize(
    "source", [RuleSource("firewall"), RuleSource("proxy"), RuleSource(product="m365", service="audit")]
)
def test_log_sources_that_anybody_may_extend_are_not_judged(source: RuleSource) -> None:
    assert fields_elsewhere(source) is None
