"""What privacy drops, and where, as a table for people: the console's page and the document show this and nothing else."""

from typing import NamedTuple

from keng.i18n import _
from keng.normalise.content import (
    ALLOWED,
    CONTENT_BY_KIND,
    CONTENT_IN,
    CONTENT_OF,
    MAIL_SIGNS,
    MARKS,
    OF_MAIL,
)
from keng.normalise.secrets import PARAMETERS


class Dropped(NamedTuple):
    """One row. where: which records; what: what happens to them; names: field names, sorted; why: the reason."""

    where: str
    what: str
    names: tuple[str, ...]
    why: str


def dropped() -> tuple[Dropped, ...]:
    """Every rule of `normalise/content.py`, in the language of the caller: general ones first."""
    return (*_anywhere(), *_of_products(), *_of_formats(), *_allowed(), _marks(), _secrets())


def _anywhere() -> list[Dropped]:
    why = {
        "http": _("What people send to and read on websites."),
        "mail": _("What people write to each other."),
        "chat": _("What people say to each other, and the pages that they read."),
    }
    rows = [
        Dropped(_("any record"), _("these fields are dropped"), tuple(sorted(names)), why[kind])
        for kind, names in CONTENT_BY_KIND.items()
    ]
    rows.append(
        Dropped(
            _("any record that also has one of: {names}", names=", ".join(sorted(MAIL_SIGNS))),
            _("these fields are dropped"),
            tuple(sorted(OF_MAIL)),
            _(
                "Beside a sender or a recipient a subject is a mail's; without one it is a certificate's and stays."
            ),
        )
    )
    return rows


def _of_products() -> list[Dropped]:
    why = {
        "suricata": _("Packets as text: what people send and read."),
        "m365": _("What people write to each other."),
        "gcp": _("What people write to each other."),
        "fortigate": _("The subjects of the mails that the firewall looked at."),
        "zeek": _("Passwords, forms and cookies as they crossed the network."),
    }
    return [
        Dropped(product, _("these fields are dropped"), tuple(sorted(names)), why[product])
        for product, names in sorted(CONTENT_OF.items())
    ]


def _of_formats() -> list[Dropped]:
    return [
        Dropped(
            _("records in the format {name}", name=name),
            _("these fields are dropped, and fields under these labels"),
            tuple(sorted(names)),
            _(
                "Mail gateways write the subject of a mail in it, web firewalls the request with what was sent."
            ),
        )
        for name, names in sorted(CONTENT_IN.items())
    ]


def _allowed() -> list[Dropped]:
    return [
        Dropped(
            f"{product} {service}",
            _("only these fields pass, everything else is dropped"),
            tuple(sorted(names)),
            _(
                "The protocol carries people's words: who, when and by which way is kept, what was said is not."
            ),
        )
        for (product, service), names in sorted(ALLOWED.items())
    ]


def _marks() -> Dropped:
    return Dropped(
        _("any line of text"),
        _("what follows one of these is masked"),
        tuple(sorted(mark.strip() for mark, _sign, _ends in MARKS)),
        _("Mail servers write the subject of a mail in it."),
    )


def _secrets() -> Dropped:
    return Dropped(
        _("requests to websites (web servers, proxies, sensors)"),
        _("the values of these parameters in an address are masked"),
        tuple(sorted(PARAMETERS)),
        _("Passwords and tokens that travel in an address. What is no plain word stays: it is an attack."),
    )
