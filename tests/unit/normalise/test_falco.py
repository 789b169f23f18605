from typing import Any

import pytest

from keng.normalise.falco import falco_parts


def alert(**own: Any) -> dict[str, Any]:
    return {"rule": "r", "priority": "Notice", "time": "2026-11-24T03:11:12.5Z", "output_fields": own}


@pytest.mark.parametrize(("kind", "categories"), [("execve", ("process_creation",)), ("open", ())])
def test_only_a_started_program_is_a_process_creation(kind: str, categories: tuple[str, ...]) -> None:
    found = falco_parts(alert(**{"evt.type": kind, "proc.cmdline": "nc -l"}))
    assert found.logsource.categories == categories
    assert found.fields["CommandLine"] == "nc -l"


def test_an_alert_without_fields_is_still_one() -> None:
    assert falco_parts({"rule": "r", "output_fields": None}).fields["rule"] == "r"
