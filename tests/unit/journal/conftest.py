"""Messages are compared in English."""

import pytest


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in English."""
    monkeypatch.setenv("KENG_LANG", "en")
