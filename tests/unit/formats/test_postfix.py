"""Postfix."""

from keng.formats.postfix import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_delivery() -> None:
    subset(
        "4B1C2D3E: to=<b@b.example>, relay=mx[192.0.2.25]:25, dsn=2.0.0, status=sent (250 Ok)",
        queue_id="4B1C2D3E",
        to="b@b.example",
        relay_ip="192.0.2.25",
        relay_port=25,
        status="sent",
        status_text="250 Ok",
    )


def test_refusals_and_failed_logons() -> None:
    subset(
        "NOQUEUE: reject: RCPT from unknown[10.0.0.9]: 554 x; from=<a@a> to=<b@b> helo=<h>",
        action="reject",
        outcome="failure",
        client_ip="10.0.0.9",
        to="b@b",
    )
    subset(
        "warning: unknown[10.0.0.9]: SASL LOGIN authentication failed: x, sasl_username=an",
        outcome="failure",
        client_ip="10.0.0.9",
        sasl_username="an",
        queue_id=None,
    )
    subset("4B1C2D3E: client=h[10.0.0.9], sasl_method=LOGIN, sasl_username=an", outcome="success")


def test_any_text_is_a_message() -> None:
    subset("(" * 5000, message="(" * 5000)
