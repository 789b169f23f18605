"""Vietnamese and English texts.

The message id is the English text. Vietnamese stands in `i18n/vi/<area>.po`, one file an area (cli, scan,
web, …), so that areas can be worked on side by side. A test fails on a message without Vietnamese.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")
_language: ContextVar[str] = ContextVar("language", default="")


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text → text in `language`; empty for English."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if (
                    isinstance(message.id, str)
                    and message.id
                    and isinstance(message.string, str)
                    and message.string
                ):
                    texts[message.id] = message.string
    return texts


def language_of_environment() -> str:
    """`KENG_LANG`, else English if the locale says so, else Vietnamese."""
    wanted = os.environ.get("KENG_LANG", "").lower()[:2]
    if wanted in LANGUAGES:
        return wanted
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "vi"


def language() -> str:
    """The language of this request or command: "vi" or "en"."""
    return _language.get() or language_of_environment()


def set_language(name: str) -> None:
    """Use `name` ("vi" or "en") from here on in this context."""
    _language.set(name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Use `name` inside the block."""
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


def _(text: str, **values: object) -> str:
    """`text` in the current language; `{name}` places are filled from `values`."""
    translated = catalogue(language()).get(text, text)
    return translated.format(**values) if values else translated
