from collections.abc import Callable

from keng.demo.wire.moment import Moment


def test_times_are_written_in_utc_with_milliseconds(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    assert at.iso == "2025-11-24T16:00:00.000Z"
    assert at.spaced == "2025-11-24 16:00:00.000"


def test_a_running_program_keeps_its_process_id(moment: Callable[[str], Moment]) -> None:
    at = moment("KHENAM-VP-05")
    started = at.new_process("C:\\a.exe")
    assert at.process("c:\\A.EXE") == started
    assert at.new_process("C:\\a.exe") != started
    assert started[0] % 4 == 0
