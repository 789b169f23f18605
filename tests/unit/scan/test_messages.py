"""Problems and progress on standard error."""

import io

from rich.console import Console

from keng.i18n import using
from keng.model.rejected import Rejected
from keng.scan.messages import Messages
from keng.scan.summary import Summary


def test_a_problem_names_its_file_and_place_and_repetition_is_bounded() -> None:
    out = io.StringIO()
    with using("vi"):
        messages = Messages(Console(file=out, width=60), 0)
        for line in range(1, 31):
            messages.problem("a/b.log", Rejected("hỏng\x1b", f"line {line}"))
        messages.problem("c.log", Rejected("x"))
        messages.close()
    lines = out.getvalue().splitlines()
    assert lines[0] == "a/b.log (dòng 1): hỏng\\x1b"
    assert lines[10] == "a/b.log: 20 lỗi tương tự nữa"
    assert lines[11] == "c.log: x" and len(lines) == 12


def test_messages_are_bounded_in_all() -> None:
    out = io.StringIO()
    messages = Messages(Console(file=out, width=60), 0)
    for number in range(2000):
        messages.problem(f"{number}.log", Rejected("x"))
    messages.close()
    assert len(out.getvalue().splitlines()) == 501


def test_no_bar_without_a_terminal() -> None:
    out = io.StringIO()
    messages = Messages(Console(file=out), 100)
    for done in range(100):
        messages.advanced(done, Summary())
    messages.close()
    assert out.getvalue() == ""


def test_a_bar_on_a_terminal_once_the_work_is_long() -> None:
    out = io.StringIO()
    messages = Messages(Console(file=out, force_terminal=True, width=100), 100)
    messages._started -= 10
    messages._drawn -= 10
    messages.advanced(50, Summary(events=7))
    messages.problem("a.log", Rejected("x"))
    messages.close()
    assert "a.log: x" in out.getvalue()
