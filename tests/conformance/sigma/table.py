"""`python -m tests.conformance.sigma.table`: run the tests of every row and write docs/sigma-conformance.md.

`--check` only collects the tests and says whether the file names the rows and numbers of today (ends with 1 if
not). Results always come from a run: a row without tests, or with one that did not pass, is shown as such.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from tests.conformance.sigma.table_rows import ROWS, SECTIONS

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "sigma-conformance.md"
HEAD = """# Sigma: conformance

What the engine does with each part of the Sigma specification 2.1.0, and the tests that show it. Written by
`python -m tests.conformance.sigma.table`, which runs them; a row that did not pass would say so.

Rows of the last section need the public rules and samples in `../shared/data` and are skipped where those are absent.
"""


class Recorder:
    """A pytest plugin: which test functions prove which row, and how their cases ended."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.functions: dict[str, list[str]] = defaultdict(list)
        self.outcomes: dict[str, str] = {}
        self.unknown: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the rows of every test."""
        for item in items:
            names = {mark.args[0] for mark in item.iter_markers("row")}
            self.unknown |= names - ROWS.keys()
            self.rows[item.nodeid] = sorted(names & ROWS.keys())
            path, _, name = item.nodeid.partition("::")
            function = f"{Path(path).stem}::{name.partition('[')[0]}"
            for row in names:
                if function not in self.functions[row]:
                    self.functions[row].append(function)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how each test ended; a failure in any phase is a failure."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def results(self, row: str) -> Counter[str]:
        """How the tests of a row ended: outcome to number."""
        return Counter(self.outcomes.get(test, "missing") for test, rows in self.rows.items() if row in rows)


def page(recorder: Recorder, assumed: str = "") -> str:
    """The page. assumed: the outcome of every test, instead of what a run has shown."""
    lines = [HEAD]
    for section, rows in SECTIONS.items():
        lines += [
            f"## {section}",
            "",
            "| what | must hold | shown by | result |",
            "| --- | --- | --- | --- |",
        ]
        for row in rows:
            results = recorder.results(row.name)
            if assumed:
                results = Counter({assumed: results.total()})
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(results.items())) or "NO TEST"
            shown = "<br>".join(f"`{name}`" for name in recorder.functions.get(row.name, []))
            lines.append(f"| {row.shown} | {row.what.replace('|', chr(92) + '|')} | {shown} | {told} |")
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write or check the page; 0 if all is well."""
    checking = arguments == ["--check"]
    recorder = Recorder()
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        f"--ignore={Path(__file__).with_name('test_table.py')}",
        str(Path(__file__).parent),
        f"--rootdir={ROOT}",
        "-m",
        "not long",
    ]
    code = pytest.main([*options, "--collect-only", "-qq"] if checking else options, plugins=[recorder])
    if recorder.unknown:
        print("rows that the table does not know:", ", ".join(sorted(recorder.unknown)), file=sys.stderr)
        return 1
    if not checking:
        PAGE.write_text(page(recorder), "utf-8")
        return int(code)
    if PAGE.read_text("utf-8") != page(recorder, "passed"):
        print(f"{PAGE} is out of date: run python -m tests.conformance.sigma.table", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
