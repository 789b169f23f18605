from collections.abc import Callable

from keng.demo.actions import ACTIONS_OF_KIND, SyslogLine, WebRequest
from keng.demo.wire.moment import Moment
from keng.demo.wire.render import RENDERERS, render


def test_every_kind_of_machine_has_a_renderer() -> None:
    assert set(RENDERERS) == set(ACTIONS_OF_KIND)


def test_the_kind_of_the_host_decides(moment: Callable[[str], Moment]) -> None:
    line = SyslogLine(program="p", text="t")
    assert render(line, moment("sokhcn-jump01"))
    assert render(line, moment("sogd-web01")) == []
    assert render(WebRequest(), moment("sogd-web01"))
    assert render(WebRequest(), moment("sokhcn-jump01")) == []
