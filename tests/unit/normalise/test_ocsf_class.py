import pytest

from keng.model.event import LogSource
from keng.normalise.ocsf_class import Classification, classify


@pytest.mark.parametrize(
    ("logsource", "code", "wanted"),
    [
        (LogSource("windows", "sysmon", ("process_creation",)), "1", (1007, 1, 0)),
        (LogSource("windows", "sysmon", ("registry_event", "registry_set")), "13", (201002, 2, 0)),
        (
            LogSource("windows", "sysmon", ("registry_add", "registry_delete", "registry_event")),
            "12",
            (201001, 1, 0),
        ),
        (LogSource("windows", "security"), "4624", (3002, 1, 1)),
        (LogSource("windows", "security"), "4625", (3002, 1, 2)),
        (LogSource("windows", "security"), "4720", (3001, 1, 1)),
        (LogSource("windows", "security"), "1102", (1008, 1, 1)),
        (LogSource("windows", "system"), "104", (1008, 1, 1)),
        (LogSource("windows", "system"), "7045", (0, 0, 0)),
        (LogSource("zeek", "http", ("proxy", "webserver")), "", (4002, 0, 0)),
        (LogSource("zeek", "conn", ("firewall",)), "", (4001, 6, 0)),
        (LogSource("suricata", "alert"), "alert", (2004, 1, 0)),
        (LogSource("linux", "auditd", ("process_creation",)), "EXECVE", (1007, 1, 0)),
        (LogSource("linux", "auditd"), "USER_LOGIN", (3002, 1, 0)),
        (LogSource("linux", "sshd"), "", (3002, 1, 0)),
        (LogSource("", "", ("webserver",)), "200", (4002, 0, 0)),
        (LogSource(), "4624", (0, 0, 0)),
    ],
)
def test_classes(logsource: LogSource, code: str, wanted: tuple[int, int, int]) -> None:
    assert classify(logsource, code) == Classification(*wanted)


@pytest.mark.parametrize(
    ("product", "service", "categories", "class_uid"),
    [
        ("aws", "cloudtrail", (), 6003),
        ("kubernetes", "audit", ("application",), 6003),
        ("azure", "signinlogs", (), 3002),
        ("okta", "okta", (), 3002),
        ("m365", "threat_management", (), 2004),
        ("opencanary", "", ("application",), 2004),
        ("sql", "", ("application", "database"), 6005),
        ("netflow", "", ("firewall",), 4001),
        ("linux", "vsftpd", (), 4008),
        ("linux", "clamav", ("antivirus",), 2004),
    ],
)
def test_clouds_databases_and_services_have_their_class(
    product: str, service: str, categories: tuple[str, ...], class_uid: int
) -> None:
    assert classify(LogSource(product, service, categories), "").class_uid == class_uid
