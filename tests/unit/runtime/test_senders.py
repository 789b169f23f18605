import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from keng.collect.ports import Refusal, Sender
from keng.model.agency import LogSourceEntry
from keng.runtime.senders import Senders, SyslogSenders
from keng.state.database import State, open_state
from keng.state.tokens import revoke_tokens

from .conftest import NOW, register

RELAY = LogSourceEntry("relay", "bv", "Relay", transport="syslog", addresses=("10.1.0.0/16",))
NAMED = LogSourceEntry("named", "so", "DC", transport="syslog", hostnames=("dc01",), addresses=("10.1.2.3",))
HOST = LogSourceEntry("host", "so", "FW", transport="syslog", hostnames=("fw1", "gate.so.vn"))
WRONG = LogSourceEntry("wrong", "so", "?", transport="syslog", addresses=("not an address",))


@pytest.mark.parametrize(
    ("address", "hostname", "source"),
    [
        ("10.1.9.9", "whatever", "relay"),
        ("10.1.2.3", "dc01", "named"),
        ("10.1.2.3", "DC01.so.vn", "named"),
        ("10.1.2.3", "other", "relay"),
        ("::ffff:10.1.9.9", "", "relay"),
        ("192.0.2.1", "FW1", "host"),
        ("192.0.2.1", "fw1.anywhere", "host"),
        ("192.0.2.1", "gate.so.vn", "host"),
        ("192.0.2.1", "dc01", "named"),
        ("not an address", "fw1", "host"),
    ],
)
def test_a_syslog_sender_is_found(address: str, hostname: str, source: str) -> None:
    found = SyslogSenders((RELAY, NAMED, HOST, WRONG)).find(address, hostname)
    assert isinstance(found, Sender)
    assert found.source == source


def test_an_unknown_sender_is_refused_with_what_to_do() -> None:
    found = SyslogSenders((HOST,)).find("192.0.2.1", "nobody")
    assert isinstance(found, Refusal)
    assert "192.0.2.1" in found.reason
    assert "nobody" in found.reason


def test_two_sources_of_one_address_without_a_name_are_not_guessed() -> None:
    twins = [LogSourceEntry(n, "so", n, transport="syslog", addresses=("10.0.0.1",)) for n in "ab"]
    assert isinstance(SyslogSenders(twins).find("10.0.0.1", "x"), Refusal)


def test_tokens_are_found_and_forgotten_after_a_second(state: State) -> None:
    tokens = register(state)
    now = NOW
    senders = Senders(state, lambda: now)
    assert senders.authenticate(tokens["bv-win"]) == Sender("bv-win", "bv")
    assert senders.identify(tokens["bv-win"], "192.0.2.1", "fw1") == Sender("bv-win", "bv")
    assert senders.identify("", "192.0.2.1", "fw1") == Sender("so-fw", "so")
    with state.write() as conn:
        revoke_tokens(conn, "bv-win", NOW)
        conn.execute(text("UPDATE log_source SET enabled = 0 WHERE id = 'so-fw'"))
    assert senders.authenticate(tokens["bv-win"]) == Sender("bv-win", "bv")
    now += 1_000_001
    refusal = senders.authenticate(tokens["bv-win"])
    assert isinstance(refusal, Refusal)
    assert refusal.status == 401
    assert isinstance(senders.identify("", "192.0.2.1", "fw1"), Refusal)


def test_a_source_whose_agency_is_not_in_the_register_is_told_how_to_add_it(tmp_path: Path) -> None:
    # The register's own functions do not let this happen; a database that was edited by hand does.
    orphaned = open_state(tmp_path / "state.db")
    token = register(orphaned)["bv-win"]
    orphaned.close()
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("UPDATE log_source SET agency = 'gone' WHERE id = 'bv-win'")
    raw.close()
    reopened = open_state(tmp_path / "state.db")
    refusal = Senders(reopened, lambda: NOW).authenticate(token)
    reopened.close()
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403
    assert "gone" in refusal.reason
    assert "keng register load" in refusal.reason


@pytest.mark.parametrize("token", ["", "keng_", "x" * 10_000, "keng_\x00", "keng_é"])
def test_any_text_may_be_offered_as_a_token(state: State, token: str) -> None:
    refusal = Senders(state, lambda: NOW).authenticate(token)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 401
