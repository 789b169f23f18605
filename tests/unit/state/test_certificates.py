from pathlib import Path

import pytest
from tests.servers.authority import Authority, fingerprint

from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.rejected import Rejected
from keng.state.certificates import (
    CertificateInfo,
    add_certificate,
    add_name,
    certificates,
    read_certificate,
    withdraw_certificates,
)
from keng.state.database import State
from keng.state.register import load_register

NOW = 1_790_000_000_000_000


@pytest.fixture
def sources(state: State) -> State:
    with state.write() as conn:
        load_register(
            conn,
            Register(
                agencies=(Agency("bv", "Bệnh viện", "Hospital"),),
                sources=tuple(
                    LogSourceEntry(name, "bv", name, transport="syslog_tls") for name in ("a", "b")
                ),
            ),
            NOW,
        )
    return state


def test_a_certificate_is_registered_by_its_fingerprint_and_withdrawn(sources: State, tmp_path: Path) -> None:
    file, _key = Authority(tmp_path).issue("fw.bv.vn")
    with sources.write() as conn:
        added = add_certificate(conn, "a", "Bag Attributes\n" + file.read_text(), NOW)
        assert isinstance(added, CertificateInfo)
        assert (added.identity, added.subject) == (f"sha256:{fingerprint(file)}", "fw.bv.vn")
        assert not isinstance(add_certificate(conn, "a", file.read_text(), NOW + 5), Rejected)
        refused = add_certificate(conn, "b", file.read_text(), NOW)
        assert isinstance(refused, Rejected)
        assert "“a”" in refused.reason
        assert len(certificates(conn, "a")) == 1
        assert withdraw_certificates(conn, "a", NOW + 1, added.identity[:15]) == 1
        assert withdraw_certificates(conn, "a", NOW + 2) == 0
        assert [one.withdrawn_us for one in certificates(conn)] == [NOW + 1]
        assert not isinstance(add_certificate(conn, "b", file.read_text(), NOW + 3), Rejected)


def test_a_name_is_registered_in_lower_case_and_an_impossible_one_refused(sources: State) -> None:
    with sources.write() as conn:
        added = add_name(conn, "a", " FW1.bv.vn ", NOW)
        assert isinstance(added, CertificateInfo)
        assert added.identity == "name:fw1.bv.vn"
        for wrong in ("", "a b", "x" * 300, "-", "tên"):
            assert isinstance(add_name(conn, "a", wrong, NOW), Rejected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----" + "A" * 1_000_000,
    ],
)
def test_what_is_no_certificate_is_refused(text: str) -> None:
    assert isinstance(read_certificate(text), Rejected)
