"""Nothing that a user can set, call, or read off is without a word in the documentation."""

from pathlib import Path

from tests.architecture import reference

from keng.cli.main import build
from keng.runtime.metrics import CentreCollector, SourceHealth
from keng.runtime.stats import Stats
from keng.state.sightings import Sighting

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text() for page in PAGES)


def test_the_reference_is_up_to_date_and_says_what_each_command_and_setting_is_for() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run: python -m tests.architecture.reference"
    assert [name for name, about in reference.commands(build()) if not about] == []
    assert [name for name, _default, about in reference.settings() if not about] == []


def test_every_metric_is_documented() -> None:
    zeros = dict.fromkeys(Stats.__struct_fields__, 0) | {"failure": "", "latency_by_agency": {}}
    sources = [SourceHealth(Sighting("a", "b", 1, 1, skew_us=1), False)]
    collector = CentreCollector(lambda: Stats(**zeros), lambda: sources)
    names = {metric.name.removesuffix("_total") for metric in collector.collect()}
    assert [name for name in sorted(names) if f"`{name}" not in TEXT] == []


def test_every_page_for_people_of_the_centre_is_in_both_languages() -> None:
    for page in ("health", "log-sources", "privacy", "retention", "rules", "search", "send", "send-logs"):
        assert (ROOT / "docs" / f"{page}.md").is_file() and (ROOT / "docs" / f"{page}.vi.md").is_file(), page
