"""Daemons in the system log."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_failed_logons_are_auth_and_the_rest_is_syslog() -> None:
    failed = event(
        "May  1 12:00:00 mx postfix/smtpd[1]: warning: h[10.0.0.9]: SASL LOGIN authentication failed: x, sasl_username=an"
    )
    assert failed.logsource == ("linux", "auth", ())
    assert (failed.fields["User"], failed.fields["src_ip"], failed.fields["outcome"]) == (
        "an",
        "10.0.0.9",
        "failure",
    )
    assert event("May  1 12:00:00 mx postfix/smtpd[1]: connect from h[10.0.0.9]").logsource == (
        "linux",
        "syslog",
        (),
    )


def test_mail_boxes_and_tunnels() -> None:
    box = event("May  1 12:00:00 mx dovecot: imap-login: Login: user=<an>, rip=10.0.0.9, lip=192.0.2.1")
    assert (box.fields["User"], box.fields["src_ip"], box.host) == ("an", "10.0.0.9", "mx")
    tunnel = event("2024-05-01 12:00:00 10.0.0.9:1194 [an] Peer Connection Initiated with x")
    assert tunnel.fields["User"] == "an" and tunnel.time_us == 1_714_564_800_000_000
