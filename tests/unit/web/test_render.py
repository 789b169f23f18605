"""Templates escape everything and know no undefined names."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import UndefinedError

from keng.i18n import using
from keng.store.query import SearchQuery
from keng.store.search import parse_search
from keng.web import render as module
from keng.web.render import TEMPLATES, make_environment, number, search_url, seconds


def test_every_template_escapes() -> None:
    environment = make_environment()
    assert environment.autoescape is True
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_an_undefined_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        make_environment().from_string("{{ nobody }}").render()


def test_no_template_switches_escaping_off_or_carries_scripts_or_styles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for word in (
            "|safe",
            "| safe",
            "autoescape false",
            "<script>",
            "style=",
            "<style",
            "onclick",
            "onload",
            "hx-on",
        ):
            assert word not in text, f"{path.name}: {word}"


def test_every_template_compiles() -> None:
    environment = make_environment()
    for path in TEMPLATES.rglob("*.html"):
        environment.get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("value", ['a "b" \\ c', "*", "x) OR (y", "\u202e", "", 7])
def test_a_pivot_searches_for_exactly_the_value(value: object) -> None:
    query = parse_qs(urlsplit(search_url("user", value)).query)["q"][0]
    parsed = parse_search(query, 0)
    assert isinstance(parsed, SearchQuery)
    assert parsed.expression is not None


def test_numbers_as_people_write_them() -> None:
    with using("vi"):
        assert (number(1234567), number(1.5), seconds(0.25)) == ("1\u202f234\u202f567", "1,5", "0,25")
    with using("en"):
        assert (number(1.5), seconds(0.25)) == ("1.5", "0.25")


def test_the_logo_is_our_own_file() -> None:
    assert str(make_environment().globals["logo"]).startswith("<svg")
    assert Path(module.__file__).parent == TEMPLATES.parent
