"""Golden cases: one folder a format, one folder a case, our own samples.

`input.*` is read as a file would be and normalised; `expected.json` holds every event and every refusal in
order. `KENG_GOLDEN=write pytest tests/golden` writes the expectations anew: read the difference before you
commit it.
"""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from keng.formats.recognise import read_file
from keng.formats.registry import FORMATS
from keng.model.record import Record
from keng.normalise.normalise import to_event

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/input*"))
REFERENCE_US = 1_717_200_000_000_000  # 2024-06-01


def outcome(path: Path) -> list[dict[str, Any]]:
    """What is read of the file, as it stands in expected.json."""
    found: list[dict[str, Any]] = []
    with path.open("rb") as file:
        for item in read_file(file):
            if not isinstance(item, Record):
                found.append({"refused": item.position})
                continue
            event = to_event(item, REFERENCE_US)
            found.append(
                {
                    "format": event.format,
                    "position": item.position,
                    "logsource": [
                        event.logsource.product,
                        event.logsource.service,
                        *event.logsource.categories,
                    ],
                    "time_us": event.time_us,
                    "host": event.host,
                    "fields": event.fields,
                }
            )
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_gives_what_it_always_gave(case: Path) -> None:
    (source,) = case.glob("input*")
    got = outcome(source)
    expected = case / "expected.json"
    if os.environ.get("KENG_GOLDEN") == "write":
        expected.write_bytes(orjson.dumps(got, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    assert orjson.loads(orjson.dumps(got)) == orjson.loads(expected.read_bytes())


def test_every_format_has_a_case() -> None:
    folders = {case.parent.name for case in CASES}
    for each in FORMATS:
        assert any(folder.startswith(each.name) for folder in folders), each.name
