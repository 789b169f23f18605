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
