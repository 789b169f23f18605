"""The page on conformance is of today, and every row has a test."""

import subprocess
import sys

import pytest
from tests.conformance.sigma.table import PAGE, ROOT


@pytest.mark.timeout(120)
def test_the_page_names_the_rows_and_tests_of_today_and_all_have_passed() -> None:
    command = [sys.executable, "-m", "tests.conformance.sigma.table", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = PAGE.read_text("utf-8")
    assert "NO TEST" not in text
    assert "failed" not in text.partition("## Modifiers")[2]
