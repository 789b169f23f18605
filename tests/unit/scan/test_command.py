"""One scan as the command line wishes it."""

from pathlib import Path

import orjson
import pytest

from keng.i18n import using
from keng.model.severity import Severity
from keng.scan.command import DONE, FAILED, Wish, scan

EVENT = b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","CommandLine":"x -enc y","Hostname":"pc"}\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.json"
    path.write_bytes(EVENT * 3)
    return path


def wish(rules: Path, *paths: Path, **changes: object) -> Wish:
    made = Wish(
        [str(path) for path in paths], [rules], False, None, None, Severity.INFORMATIONAL, rules.parent
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def test_json_goes_to_standard_output_and_everything_else_to_standard_error(
    rules_file: Path, log: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with using("en"):
        assert scan(wish(rules_file, log, json=True)) == DONE
    out, err = capfdbinary.readouterr()
    assert [orjson.loads(line)["record"] for line in out.splitlines()] == [1, 2, 3]
    assert b"By severity" in err and b"3 rules loaded" in err


def test_reports_are_written_and_the_summary_goes_to_standard_output(
    rules_file: Path, log: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with using("en"):
        assert scan(wish(rules_file, log, csv=tmp_path / "o.csv", html=tmp_path / "o.html")) == DONE
    assert "By severity" in capfd.readouterr().out
    assert len((tmp_path / "o.csv").read_text().splitlines()) == 4
    assert "Encoded command" in (tmp_path / "o.html").read_text()


def test_no_rule_no_file_and_no_place_to_write_are_failures(
    rules_file: Path, log: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert scan(wish(tmp_path / "absent", log)) == FAILED
    assert scan(wish(rules_file, tmp_path / "absent.log")) == FAILED
    assert scan(wish(rules_file, log, csv=tmp_path / "no/such/o.csv")) == FAILED
    assert scan(wish(rules_file, log, html=tmp_path)) == FAILED
    assert "absent" in capfd.readouterr().err


def test_a_log_among_other_files_is_enough(rules_file: Path, log: Path, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(bytes(range(256)))
    assert scan(wish(rules_file, log, tmp_path / "x.bin")) == DONE
