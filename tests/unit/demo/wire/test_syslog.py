from collections.abc import Callable

from keng.demo.actions import SyslogLine
from keng.demo.wire.moment import Moment
from keng.demo.wire.syslog import rfc3164, rfc5424, syslog_line


def test_lines_follow_both_standards(moment: Callable[[str], Moment]) -> None:
    at = moment("sokhcn-jump01")
    assert rfc5424(at, 10, 6, "sshd", "12", "hế lô").decode() == (
        "<86>1 2025-11-24T16:00:00.000Z sokhcn-jump01 sshd 12 - - hế lô"
    )
    assert rfc3164(at, 16, 5, "a=b") == b"<133>Nov 24 16:00:00 sokhcn-jump01 a=b"


def test_a_program_without_a_process_id_writes_a_hyphen(moment: Callable[[str], Moment]) -> None:
    (line,) = syslog_line(SyslogLine(program="sudo", text="x", pid=False), moment("sokhcn-jump01"))
    assert line == b"<30>1 2025-11-24T16:00:00.000Z sokhcn-jump01 sudo - - - x"
