"""Every log source of the public rules has a mapping, or stands in `decided.yml` with the reason; and every field."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conformance.log_sources.evidence import Given, Source, Wanted, given, wanted
from tests.conformance.log_sources.page import page

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGES = {"en": ROOT / "docs" / "log-sources.md", "vi": ROOT / "docs" / "log-sources.vi.md"}
DECIDED: dict[str, Any] = yaml.safe_load((HERE / "decided.yml").read_text())
pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("log_sources")]


@pytest.fixture(scope="module")
def asked(shared_data: Path) -> dict[Source, Wanted]:
    return wanted(sorted((shared_data / "sigma").glob("rules*")))


@pytest.fixture(scope="module")
def proved(shared_data: Path, asked: dict[Source, Wanted]) -> dict[Source, Given]:
    """By our own samples alone: they are the promise."""
    return given(sorted((ROOT / "tests/golden").glob("*/*/input*")), list(asked))


@pytest.fixture(scope="module")
def seen(shared_data: Path, asked: dict[Source, Wanted], proved: dict[Source, Given]) -> dict[Source, Given]:
    """The same, completed by real Windows events, whose fields are not ours to invent."""
    folders = (shared_data / "evtx-attack-samples", shared_data / "sigma" / "regression_data")
    real = given(
        sorted(path for folder in folders for end in ("evtx", "json") for path in folder.rglob(f"*.{end}")),
        list(asked),
    )
    return {
        source: Given(
            proved.get(source, Given(set(), set())).fields | real.get(source, Given(set(), set())).fields,
            proved.get(source, Given(set(), set())).formats,
        )
        for source in asked
        if source in proved or source in real
    }


def test_every_log_source_has_a_sample_of_ours_or_a_reason(
    asked: dict[Source, Wanted], proved: dict[Source, Given]
) -> None:
    assert sum(one.rules for one in asked.values()) > 3_700
    excused = {tuple(one["source"]) for one in DECIDED["sources"]}
    assert set(asked) - set(proved) == excused


def test_every_field_that_a_rule_wants_comes_or_has_a_reason(
    asked: dict[Source, Wanted], seen: dict[Source, Given]
) -> None:
    lacking = {
        (source, name)
        for source, one in asked.items()
        if source in seen
        for name in one.fields
        if name not in seen[source].fields
    }
    excused = {(tuple(one["source"]), name) for one in DECIDED["fields"] for name in one["names"]}
    assert lacking == excused


@pytest.mark.parametrize("language", sorted(PAGES))
def test_the_page_is_up_to_date(
    language: str, asked: dict[Source, Wanted], proved: dict[Source, Given]
) -> None:
    text = page(language, asked, proved, DECIDED)
    if os.environ.get("KENG_DOCS") == "write":
        PAGES[language].write_text(text)
    assert PAGES[language].read_text() == text, "KENG_DOCS=write pytest tests/conformance/log_sources"
