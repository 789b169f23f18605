"""Client certificates in the console."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.servers.authority import Authority, fingerprint

from keng.model.agency import LogSourceEntry
from keng.state import register
from keng.state.certificates import certificates


def source(centre: Any, transport: str = "syslog_tls") -> LogSourceEntry:
    with centre.state.write() as conn:
        agency = register.agencies(conn)[0]
        entry = LogSourceEntry(f"test-{transport.replace('_', '-')}", agency.id, "Relay", transport=transport)
        assert register.save_source(conn, entry) is None
    return entry


def test_a_certificate_is_let_in_shown_and_withdrawn(browser: Any, centre: Any, tmp_path: Path) -> None:
    person, entry = browser("quan.tri"), source(centre)
    page = f"/register/agencies/{entry.agency}"
    assert "no certificate: it cannot send" in person.get(page).text
    file, _key = Authority(tmp_path).issue("fw.bv.vn")
    person.post(f"/register/sources/{entry.id}/certificate", {"pem": file.read_text()})
    person.post(f"/register/sources/{entry.id}/certificate", {"name": "fw2.bv.vn"})
    text = person.get(page).text
    assert fingerprint(file)[:12] in text
    assert "fw2.bv.vn" in text
    identity = f"sha256:{fingerprint(file)}"
    person.post(f"/register/sources/{entry.id}/certificate/withdraw", {"identity": identity})
    with centre.state.read() as conn:
        working = [one.identity for one in certificates(conn, entry.id) if not one.withdrawn_us]
    assert working == ["name:fw2.bv.vn"]


def test_what_is_no_certificate_is_refused_with_words(browser: Any, centre: Any) -> None:
    person, entry = browser("quan.tri"), source(centre)
    answer = person.post(f"/register/sources/{entry.id}/certificate", {"pem": "nothing"})
    assert "PEM" in unquote(answer.headers["set-cookie"])


def test_changing_a_source_in_the_console_keeps_how_it_sends(browser: Any, centre: Any) -> None:
    person, entry = browser("quan.tri"), source(centre, "splunk_hec")
    text = person.get(f"/register/agencies/{entry.agency}").text
    assert '<option value="splunk_hec" selected>' in text
