"""The whole story is played through a real console in tests/scenarios; here are its small parts."""

import re

import pytest

from keng.demo.browser import ConsoleError, Page
from keng.demo.story import Told, _numbered, _path


def test_the_path_of_what_was_made_is_in_the_address() -> None:
    page = Page("http://127.0.0.1:1/incidents/12?x=1", "")
    assert _path(re.compile(r"/incidents/(\d+)"), page) == "/incidents/12"
    with pytest.raises(ConsoleError):
        _path(re.compile(r"/warnings/(\d+)"), page)


def test_the_official_number_is_read_from_the_page() -> None:
    assert _numbered(Page("", "<h1>SC-2026-0003</h1>")) == "SC-2026-0003"
    assert _numbered(Page("", "<h1>CB-2026-0012</h1>")) == "CB-2026-0012"
    assert _numbered(Page("", "<h1></h1>")) == ""


def test_nothing_is_told_at_the_beginning() -> None:
    told = Told(lambda sign, style, what, rest: None)
    assert (told.incident, told.warning, told.published, told.read, told.confirmed, told.stuck) == (
        "",
        "",
        False,
        0,
        0,
        "",
    )
