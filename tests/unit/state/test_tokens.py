"""Tokens of log sources."""

from sqlalchemy import select

from keng.state import tokens
from keng.state.database import State
from keng.state.tables.register import token as table

NOW = 1_790_000_000_000_000


def test_only_a_hash_is_kept(state: State, province: dict[str, str]) -> None:
    with state.read() as conn:
        rows = str(conn.execute(select(table)).all())
    for token in province.values():
        assert token.startswith("keng_") and len(token) == 48
        assert token not in rows
        assert token[10:] not in rows


def test_a_new_token_replaces_the_old_ones(state: State, province: dict[str, str]) -> None:
    with state.write() as conn:
        fresh = tokens.replace_token(conn, "bv-win", NOW + 5)
        assert tokens.source_of_token(conn, fresh) == "bv-win"
        assert tokens.source_of_token(conn, province["bv-win"]) is None
        newest, oldest = tokens.tokens(conn, "bv-win")
    assert (newest.revoked_us, oldest.revoked_us) == (0, NOW + 5)
    assert fresh.startswith(newest.hint)


def test_nonsense_is_no_token(state: State, province: object) -> None:
    with state.read() as conn:
        for text in ("", "keng_", "keng_\udcff", "keng_" + "a" * 10_000, "' OR 1=1 --", "keng_%"):
            assert tokens.source_of_token(conn, text) is None
