"""Fixtures for every test: the shared data set beside the project, where it is present."""

import os
from pathlib import Path

import pytest

# pytest-xdist gives its workers a width of terminal; what is tested has none.
os.environ.pop("COLUMNS", None)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the data set beside the project; skips the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(
            "needs ../shared/data beside the project: rules, logs and captures that are not part of it"
        )
    return SHARED
