"""The first lines, from a real running centre."""

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from keng.demo.cast import Cast
from keng.demo.intro import introduce
from keng.demo.province import DemoData, read_demo
from keng.demo.screen import Screen
from keng.i18n import using
from keng.resources import packs_dir
from keng.runtime.serving import Running, serve
from keng.runtime.settings import Settings
from keng.web.app import create_app

CAST = Cast("quaqu-aquaq-uaqua-quaqu", {"bvdk": "bvdk", "khenam": "khenam"}, {}, {})


@pytest.mark.parametrize(
    ("language", "mark"), [("vi", "bản trình diễn"), ("en", "demo: an invented province")]
)
def test_the_first_lines_say_what_it_is_and_how_to_sign_in(tmp_path: Path, language: str, mark: str) -> None:
    data = read_demo(packs_dir() / "vn" / "demo")
    assert isinstance(data, DemoData)
    out = io.StringIO()
    urls: list[str] = []

    async def play(running: Running) -> None:
        with using(language):
            introduce(Screen(Console(file=out, width=200)), data, CAST, running)
        urls.extend((running.console_url, running.ingest_url, running.syslog))
        running.stop.set()

    settings = Settings(data_dir=tmp_path / "data", port=0, ingest_port=0, syslog_port=0)
    assert asyncio.run(serve(settings, create_app, play)) == 0
    text = out.getvalue()
    assert mark in text
    assert len(urls) == 3
    for part in (*urls, "analyst, head, admin", "bvdk, khenam", CAST.password, str(settings.data_dir)):
        assert part in text
