import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.servers.authority import Authority, fingerprint

from keng.collect.peer_certificate import PeerCertificate
from keng.collect.ports import Refusal, Sender
from keng.model.agency import LogSourceEntry
from keng.runtime.senders import Senders, SyslogSenders
from keng.state.certificates import (
    CertificateInfo,
    add_certificate,
    add_name,
    certificates,
    withdraw_certificates,
)
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


def shown(fingerprint: str, *names: str) -> PeerCertificate:
    return PeerCertificate(fingerprint, names)


def test_a_certificate_is_known_by_its_fingerprint_or_by_a_registered_name(
    state: State, tmp_path: Path
) -> None:
    register(state)
    now = NOW
    senders = Senders(state, lambda: now)
    file, _key = Authority(tmp_path).issue("fw.bv.vn")
    with state.write() as conn:
        assert isinstance(add_certificate(conn, "bv-win", file.read_text(), NOW), CertificateInfo)
        assert isinstance(add_name(conn, "so-fw", "fw.bv.vn", NOW), CertificateInfo)
    mine = fingerprint(file)
    assert senders.recognise(shown(mine, "fw.bv.vn")) == Sender("bv-win", "bv")
    assert senders.recognise(shown("0" * 64, "other.vn", "fw.bv.vn")) == Sender("so-fw", "so")
    assert senders.trusted == {next(one.pem for one in stored(state) if one.pem)}
    stranger = senders.recognise(shown("0" * 64, "other.vn"))
    assert isinstance(stranger, Refusal)
    assert "0" * 64 in stranger.reason
    with state.write() as conn:
        withdraw_certificates(conn, "bv-win", NOW)
        conn.execute(text("UPDATE log_source SET enabled = 0 WHERE id = 'so-fw'"))
    assert senders.recognise(shown(mine)) == Sender("bv-win", "bv")
    now += 500_001
    # The certificate itself is withdrawn: the name in it does not help.
    withdrawn = senders.recognise(shown(mine, "fw.bv.vn"))
    assert isinstance(withdrawn, Refusal)
    assert "withdrawn" in withdrawn.reason
    disabled = senders.recognise(shown("0" * 64, "fw.bv.vn"))
    assert isinstance(disabled, Refusal)
    assert disabled.status == 403
    assert senders.trusted == frozenset()


def stored(state: State) -> list[CertificateInfo]:
    with state.read() as conn:
        return certificates(conn)


def test_only_sources_of_the_transport_are_told_by_their_address() -> None:
    flows = LogSourceEntry("router", "so", "R", transport="netflow", addresses=("10.0.0.1",))
    local = LogSourceEntry("eve", "so", "E", transport="lines", addresses=("unix:/run/eve.sock", "10.0.0.2"))
    found = SyslogSenders((local,))
    assert found.find("unix:/run/eve.sock", "") == Sender("eve", "so")
    assert found.find("10.0.0.2", "") == Sender("eve", "so")
    assert isinstance(found.find("unix:/run/other.sock", ""), Refusal)
    assert SyslogSenders((flows,)).find("10.0.0.1", "") == Sender("router", "so")
