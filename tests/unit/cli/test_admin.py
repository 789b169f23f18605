"""`keng admin`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from keng.auth.login import Refused, login
from keng.auth.sessions import Session
from keng.cli.admin import app
from keng.i18n import using
from keng.state import audit, users
from keng.state.database import open_state

NOW = 1_790_000_000_000_000
RIGHT = "kẻng đình làng 1945"


def run(data: Path, *arguments: str, given: str = "", language: str = "en") -> tuple[int, str, str]:
    with using(language):
        result = CliRunner().invoke(app, [*arguments, "--data", str(data)], input=given)
    return result.exit_code, result.stdout, result.stderr


def test_the_first_administrator_is_created_with_a_password_from_standard_input(tmp_path: Path) -> None:
    code, out, _err = run(tmp_path, "create", "root", "--password-stdin", given=RIGHT + "\n")
    assert code == 0 and "root" in out and RIGHT not in out
    state = open_state(tmp_path / "state.db")
    assert isinstance(login(state, "root", RIGHT, "", NOW), Session)
    with state.read() as conn:
        assert audit.entries(conn)[1].actor.startswith("cli")
    state.close()


def test_without_a_terminal_a_password_is_made_and_shown_once(tmp_path: Path) -> None:
    code, out, _err = run(tmp_path, "create", "root", "--role", "head", "--full-name", "Lê Lan")
    assert code == 0
    password = out.rstrip().rsplit(" ", 1)[1]
    state = open_state(tmp_path / "state.db")
    opened = login(state, "root", password, "", NOW)
    state.close()
    assert isinstance(opened, Session) and opened.user.full_name == "Lê Lan"
    assert password not in run(tmp_path, "list")[1]


@pytest.mark.parametrize(
    ("arguments", "given", "reason"),
    [
        (("create", "root", "--password-stdin"), "short\n", "12 characters"),
        (("create", "root", "--password-stdin"), "password1234\n", "easy to guess"),
        (("create", "lễ tân"), "", "without accents"),
        (("create", "root", "--role", "agency"), "", "needs an agency"),
        (("disable", "nobody"), "", "no account"),
        (("password", "nobody"), "", "no account"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], given: str, reason: str
) -> None:
    open_state(tmp_path / "state.db").close()
    code, _out, err = run(tmp_path, *arguments, given=given)
    assert code == 1 and reason in err
    assert run(tmp_path, "list")[1] == ""


def test_accounts_are_listed_disabled_and_get_new_passwords(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(tmp_path, "create", name, "--password-stdin", given=RIGHT + "\n")
    assert run(tmp_path, "disable", "one")[0] == 0
    code, _out, err = run(tmp_path, "disable", "two")
    assert code == 1 and "last administrator" in err
    assert run(tmp_path, "list")[1].splitlines() == ["one\tadmin\t-\t- (disabled)", "two\tadmin\t-\t-"]
    assert run(tmp_path, "password", "two", "--password-stdin", given="một mật khẩu khác hẳn\n")[0] == 0
    state = open_state(tmp_path / "state.db")
    assert isinstance(login(state, "two", RIGHT, "", NOW), Refused)
    assert isinstance(login(state, "two", "một mật khẩu khác hẳn", "", NOW), Session)
    with state.read() as conn:
        assert users.count_users(conn) == 2
    state.close()


def test_it_speaks_vietnamese(tmp_path: Path) -> None:
    open_state(tmp_path / "state.db").close()
    code, _out, err = run(tmp_path, "disable", "ai", language="vi")
    assert code == 1 and "không có tài khoản “ai”" in err
