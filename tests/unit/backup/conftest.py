"""What a centre keeps, without the centre."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kept import Kept
from tests.servers.postgresql import postgresql

from keng.i18n import using
from keng.runtime.settings import Settings

postgres = pytest.fixture(scope="session")(postgresql)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """What a centre keeps, with a rule set beside it."""
    settings = Settings(data_dir=tmp_path / "data")
    (settings.data_dir / "rules" / "set").mkdir(parents=True)
    (settings.data_dir / "rules" / "set" / "rule.yml").write_text("title: x\n")
    kept = Kept(settings)
    yield kept
    kept.close()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts are compared in English."""
    with using("en"):
        yield
