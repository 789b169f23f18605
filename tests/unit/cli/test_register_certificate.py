from pathlib import Path

import pytest
from tests.servers.authority import Authority, fingerprint
from typer.testing import CliRunner

from keng.cli.register import app
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.state.database import open_state
from keng.state.register import load_register
from keng.state.tokens import tokens


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KENG_LANG", "en")
    state = open_state(tmp_path / "data" / "state.db")
    with state.write() as conn:
        load_register(
            conn,
            Register(
                agencies=(Agency("bv", "Bệnh viện", "Hospital"),),
                sources=(
                    LogSourceEntry("fw", "bv", "FW", transport="syslog_tls"),
                    LogSourceEntry("win", "bv", "W"),
                ),
            ),
            1,
        )
    state.close()
    return tmp_path / "data"


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return done.exit_code, done.output


def test_certificates_are_added_listed_and_withdrawn(data: Path, tmp_path: Path) -> None:
    file, _key = Authority(tmp_path).issue("fw.bv.vn")
    code, told = run(data, "certificate", "add", "fw", str(file))
    assert (code, told) == (0, f"fw\tsha256:{fingerprint(file)}\tfw.bv.vn\n")
    assert run(data, "certificate", "add", "fw", "--name", "FW2.bv.vn") == (
        0,
        "fw\tname:fw2.bv.vn\tfw2.bv.vn\n",
    )
    assert f"sha256:{fingerprint(file)[:12]}… (fw.bv.vn)" in run(data, "show")[1]
    assert run(data, "certificate", "list")[1].count("works since") == 2
    assert run(data, "certificate", "withdraw", "fw", "name:")[0] == 0
    assert run(data, "certificate", "list", "fw")[1].count("withdrawn on") == 1
    assert run(data, "certificate", "withdraw", "fw")[0] == 0
    assert run(data, "certificate", "withdraw", "fw")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fw",), "either"),
        (("fw", "/nowhere/x.pem"), "cannot read"),
        (("nobody", "--name", "a.vn"), "no log source"),
        (("fw", "--name", "a b"), "not a name"),
    ],
)
def test_what_cannot_be_added_is_told(data: Path, arguments: tuple[str, ...], words: str) -> None:
    code, told = run(data, "certificate", "add", *arguments)
    assert code == 1
    assert words in told


def test_a_token_is_rotated_with_the_old_one_still_working_or_not(data: Path) -> None:
    assert run(data, "token", "win", "--keep-old")[1].startswith("keng_")
    state = open_state(data / "state.db")
    with state.read() as conn:
        assert [one.revoked_us for one in tokens(conn, "win")] == [0, 0]
    assert run(data, "token", "win", "--withdraw")[0] == 0
    with state.read() as conn:
        assert all(one.revoked_us for one in tokens(conn, "win"))
    state.close()
