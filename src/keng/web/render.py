"""Templates: Jinja with autoescape for every file, undefined names are errors."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from keng.i18n import _, language
from keng.i18n.retell import retell
from keng.store.search import pivot
from keng.web import pictures, times, words
from keng.web.assets import STATIC, read_assets
from keng.web.summary import event_line, hot_values, short_host
from keng.web.visible import as_text, plain, visible

TEMPLATES = Path(__file__).parent / "templates"


def make_environment() -> Environment:
    """The environment of all pages."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible, plain=plain, iso=times.iso, number=number, seconds=seconds, retell=retell
    )
    environment.globals.update(
        _=_,
        language=language,
        words=words,
        times=times,
        pictures=pictures,
        search_url=search_url,
        event_line=event_line,
        hot_values=hot_values,
        short_host=short_host,
        assets=read_assets(),
        logo=Markup((STATIC / "keng.svg").read_text()),  # noqa: S704  # our own file
    )
    return environment


def number(value: float) -> str:
    """12 345 with thin spaces; one decimal below ten."""
    if isinstance(value, float) and value != int(value) and abs(value) < 10:
        text = f"{value:.1f}"
        return text if language() == "en" else text.replace(".", ",")
    return f"{round(value):,}".replace(",", "\u202f")


def seconds(value: float) -> str:
    """Seconds with two decimals."""
    text = f"{value:.2f}"
    return text if language() == "en" else text.replace(".", ",")


def search_url(field: str = "", value: object = "", extra: str = "", **parameters: object) -> str:
    """The search page for one field's value (and more of the query language in `extra`)."""
    text = as_text(value)
    query = pivot(field, text) if field else '"' + text.replace('"', '""') + '"' if text else ""
    asked = " ".join(part for part in (query, extra) if part)
    parameters.setdefault("range", "7d")
    return "/search?" + urlencode({"q": asked} | {k: str(v) for k, v in parameters.items()}, errors="replace")


def render(environment: Environment, template: str, context: dict[str, Any]) -> str:
    """The page's text."""
    return environment.get_template(template).render(context)
