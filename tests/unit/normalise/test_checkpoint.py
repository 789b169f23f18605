from keng.model.event import LogSource
from keng.normalise.checkpoint import checkpoint_parts


def test_a_drop_is_a_blocked_connection() -> None:
    found = checkpoint_parts(
        {
            "action": "Drop",
            "src": "10.0.0.5",
            "dst": "192.0.2.1",
            "s_port": "5",
            "service": "53",
            "proto": "17",
            "time": "1714564800",
        }
    )
    assert found.logsource == LogSource("checkpoint", "", ("firewall",))
    assert (found.fields["blocked"], found.fields["dst_port"], found.fields["proto"]) == (True, 53, "udp")
    assert found.time_us == 1_714_564_800_000_000


def test_malware_and_urls_have_their_categories() -> None:
    found = checkpoint_parts(
        {"action": "Prevent", "malware_name": "X", "file_name": "a", "resource": "http://x/a"}
    )
    assert found.logsource.categories == ("antivirus", "proxy")
    assert found.fields["Signature"] == "X"
