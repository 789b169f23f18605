"""`keng register`."""

import stat
from pathlib import Path

from typer.testing import CliRunner

from keng.cli.register import app
from keng.i18n import using
from keng.state import register
from keng.state.database import open_state

GOOD = """
agencies:
  - id: bv
    name: {vi: Bệnh viện, en: Hospital}
    systems: [{id: his, name: {vi: Quản lý bệnh viện, en: Hospital information}, level: 3}]
    sources: [{id: bv-win, kind: windows, system: his}]
"""


def run(data: Path, *arguments: str, language: str = "en") -> tuple[int, str, str]:
    with using(language):
        result = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return result.exit_code, result.stdout, result.stderr


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def source_of(data: Path, token: str) -> str:
    state = open_state(data / "state.db")
    with state.read() as conn:
        found = register.source_by_token(conn, token)
    state.close()
    return found.id if found else ""


def test_a_file_is_loaded_and_its_tokens_are_shown_once(tmp_path: Path) -> None:
    code, out, _err = run(tmp_path, "load", written(tmp_path, GOOD))
    assert code == 0 and "1 agencies, 1 systems, 1 log sources" in out
    source, token = out.splitlines()[-1].split("\t")
    assert source == source_of(tmp_path, token) == "bv-win"
    assert "keng_" not in run(tmp_path, "load", written(tmp_path, GOOD))[1]
    code, shown, _err = run(tmp_path, "show")
    assert "Hospital information (level 3)" in shown and token not in shown


def test_tokens_can_be_written_to_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    target = tmp_path / "tokens.tsv"
    code, out, _err = run(tmp_path, "load", written(tmp_path, GOOD), "--tokens-out", str(target))
    assert code == 0 and "keng_" not in out
    assert source_of(tmp_path, target.read_text().split("\t")[1].strip()) == "bv-win"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_where_tokens_cannot_be_written_nothing_is_loaded(tmp_path: Path) -> None:
    target = tmp_path / "no" / "where"
    code, _out, err = run(tmp_path, "load", written(tmp_path, GOOD), "--tokens-out", str(target))
    assert code == 1 and "cannot write" in err
    assert run(tmp_path, "show")[1] == ""


def test_a_bad_file_is_never_half_loaded(tmp_path: Path) -> None:
    bad = GOOD + "  - id: so\n    name: {vi: Sở}\n    systems: [{id: x, name: {vi: X}, level: 7}]\n"
    code, _out, err = run(tmp_path, "load", written(tmp_path, bad))
    assert code == 1 and "line 9: agencies[1].systems[0].level: a level is 1 to 5, not 7" in err
    assert run(tmp_path, "show")[1] == ""
    code, _out, err = run(tmp_path, "load", str(tmp_path / "none.yaml"), language="vi")
    assert code == 1 and "không đọc được" in err


def test_a_new_token_ends_the_old_one_and_revoking_ends_all(tmp_path: Path) -> None:
    first = run(tmp_path, "load", written(tmp_path, GOOD))[1].splitlines()[-1].split("\t")[1]
    second = run(tmp_path, "token", "bv-win")[1].strip()
    assert (source_of(tmp_path, first), source_of(tmp_path, second)) == ("", "bv-win")
    assert run(tmp_path, "token", "bv-win", "--revoke")[0] == 0
    assert source_of(tmp_path, second) == ""
    code, _out, err = run(tmp_path, "token", "nobody")
    assert code == 1 and "nobody" in err
