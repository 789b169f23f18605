"""Objects to build on."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from keng.i18n import using
from keng.model.alert import Alert
from keng.model.detection import RuleInfo
from keng.model.incident import Incident, IncidentGroup
from keng.model.severity import Severity

NOW = 1_790_000_000_000_000


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts are compared in English unless a test says otherwise."""
    with using("en"):
        yield


@pytest.fixture
def incident() -> Incident:
    """An open, serious incident, detected at NOW."""
    return Incident(1, "SC-2026-0001", "T", IncidentGroup.MALWARE, Severity.HIGH, NOW, serious=True)


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    """An alert with the given rule tags and fields."""

    def make(*tags: str, **fields: Any) -> Alert:
        rule = RuleInfo(
            "r1", "Shadow copies deleted", Severity.HIGH, tags, texts={"vi": {"title": "Xóa sao lưu"}}
        )
        alert = Alert(1, "k", rule, Severity.HIGH, "bv", "s", "PC-1", NOW - 5, NOW, NOW, NOW)
        return msgspec.structs.replace(alert, **fields)

    return make
