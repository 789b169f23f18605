"""Messages are compared in English, whatever the machine's language."""

import pytest


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
