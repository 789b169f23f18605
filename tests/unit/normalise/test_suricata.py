"""Suricata EVE entries."""

from keng.normalise.suricata import suricata_parts

BASE = {
    "timestamp": "2024-05-01T12:00:00.5+0700",
    "src_ip": "10.0.0.9",
    "src_port": 5000,
    "dest_ip": "192.0.2.1",
    "dest_port": 80,
}


def test_dns_of_every_version() -> None:
    first = suricata_parts(
        {**BASE, "event_type": "dns", "dns": {"type": "query", "rrname": "a.example", "rrtype": "A"}}
    )
    assert first.logsource == ("suricata", "dns", ("dns",)) and first.time_us == 1_714_539_600_500_000
    assert (first.fields["query"], first.fields["record_type"]) == ("a.example", "A")
    answer = {
        "rrname": "a.example",
        "answers": [{"rdata": "192.0.2.7"}],
        "grouped": {"A": ["192.0.2.7", "192.0.2.8"]},
    }
    second = suricata_parts({**BASE, "event_type": "dns", "dns": answer})
    assert second.fields["answer"] == ["192.0.2.7", "192.0.2.8"]
    third = suricata_parts(
        {**BASE, "event_type": "dns", "dns": {"queries": [{"rrname": "b.example", "rrtype": "TXT"}]}}
    )
    assert (third.fields["query"], third.fields["record_type"]) == ("b.example", "TXT")


def test_http() -> None:
    http = {
        "hostname": "h.example",
        "url": "/x?y=1",
        "http_user_agent": "u",
        "http_method": "POST",
        "status": 200,
    }
    parts = suricata_parts({**BASE, "event_type": "http", "http": http, "host": "sensor-1"})
    assert parts.logsource.categories == ("proxy", "webserver") and parts.host == "sensor-1"
    assert parts.fields["c-uri"] == "http://h.example/x?y=1" and parts.fields["cs-method"] == "POST"
    assert parts.fields["http.url"] == "/x?y=1" and parts.fields["dst_port"] == 80


def test_alerts_and_drops() -> None:
    alert = suricata_parts(
        {**BASE, "event_type": "alert", "alert": {"signature": "s", "metadata": {"tag": ["t"]}}}
    )
    assert alert.logsource == ("suricata", "alert", ()) and alert.fields["alert.metadata.tag"] == ["t"]
    drop = suricata_parts({**BASE, "event_type": "drop"})
    assert drop.fields["blocked"] is True and drop.logsource.categories == ("firewall",)
