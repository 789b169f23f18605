"""Zeek entries."""

import pytest

from keng.normalise.zeek import zeek_parts

ENDS = {"id.orig_h": "10.0.0.9", "id.orig_p": 5000, "id.resp_h": "192.0.2.1", "id.resp_p": 53}


def test_dns() -> None:
    parts = zeek_parts(
        {
            "_path": "dns",
            "ts": 1714539600.5,
            **ENDS,
            "query": "a.example",
            "qtype_name": "TXT",
            "answers": ["x"],
        }
    )
    assert parts.logsource == ("zeek", "dns", ("dns",)) and parts.time_us == 1_714_539_600_500_000
    assert (parts.fields["record_type"], parts.fields["answer"]) == ("TXT", ["x"])
    assert (parts.fields["src_ip"], parts.fields["dst_port"]) == ("10.0.0.9", 53)


def test_http_has_the_names_of_proxy_and_webserver_rules() -> None:
    parts = zeek_parts(
        {
            "_path": "http",
            "ts": 1.0,
            **ENDS,
            "method": "GET",
            "host": "h.example",
            "uri": "/x?y=1",
            "user_agent": "u",
            "status_code": 200,
        }
    )
    assert parts.logsource.categories == ("proxy", "webserver")
    assert parts.fields["c-uri"] == "http://h.example/x?y=1" and parts.fields["uri"] == "/x?y=1"
    assert parts.fields["c-useragent"] == parts.fields["user_agent"] == "u"


def test_nested_ids_as_some_shippers_write_them_are_flattened() -> None:
    parts = zeek_parts(
        {"ts": "2024-05-01T05:00:00Z", "id": {"orig_h": "10.0.0.9"}, "conn_state": "S0", "@host": "sensor"}
    )
    assert parts.fields["src_ip"] == "10.0.0.9" and parts.host == "sensor"
    assert parts.logsource == ("zeek", "conn", ("firewall",)) and parts.time_us == 1_714_539_600_000_000


@pytest.mark.parametrize(
    ("key", "path"),
    [("qtype", "dns"), ("trans_depth", "http"), ("conn_state", "conn"), ("server_name", "ssl"), ("endpoint", "dce_rpc"),
     ("certificate.serial", "x509"), ("request_type", "kerberos"), ("auth_attempts", "ssh"), ("nothing", "")],
)  # fmt: skip
def test_json_without_a_path_is_told_by_its_keys(key: str, path: str) -> None:
    assert zeek_parts({"ts": 1.0, key: "1"}).logsource.service == path
    assert zeek_parts({"ts": 1.0, "action": "SMB::FILE_OPEN"}).logsource.service == "smb_files"
