"""TLP 2.0 (FIRST, August 2022): what a label lets a bulletin be shared with. Pure; asked before every export."""

from enum import IntEnum

from keng.i18n import _
from keng.model.bulletin import Tlp
from keng.model.rejected import Rejected


class Audience(IntEnum):
    """Who would see it, from the narrowest."""

    CENTRE = 0
    AFFECTED = 1
    CHOSEN = 2
    ALL_AGENCIES = 3
    PUBLIC = 4


# RED is for the people who deal with the incident; AMBER for those who need to know; GREEN for the community.
_WIDEST = {
    Tlp.RED: Audience.AFFECTED,
    Tlp.AMBER_STRICT: Audience.CHOSEN,
    Tlp.AMBER: Audience.CHOSEN,
    Tlp.GREEN: Audience.ALL_AGENCIES,
    Tlp.CLEAR: Audience.PUBLIC,
}


def parse_tlp(text: str) -> Tlp | Rejected:
    """Read a label in any spelling ("tlp:amber", "AMBER+STRICT"); TLP 1.0's WHITE is CLEAR."""
    name = "TLP:" + text.strip().upper().removeprefix("TLP:").strip()
    if name == "TLP:WHITE":
        return Tlp.CLEAR
    try:
        return Tlp(name)
    except ValueError:
        return Rejected(_("no TLP 2.0 label: use RED, AMBER+STRICT, AMBER, GREEN or CLEAR"), text[:40])


def check_sharing(tlp: Tlp, audience: Audience) -> Rejected | None:
    """Whether a bulletin of this label may go to this audience."""
    if audience <= _WIDEST[tlp]:
        return None
    return Rejected(
        _("{tlp} does not allow this: choose fewer recipients or another label", tlp=tlp.value), tlp.value
    )


def sharing_text(tlp: Tlp) -> str:
    """What the label means for its reader, in the current language."""
    texts = {
        Tlp.RED: _("For the named recipients only. Do not pass it on."),
        Tlp.AMBER_STRICT: _("For those in your agency who need to know. Do not pass it on outside."),
        Tlp.AMBER: _("For those who need to know in your agency and the parties it serves."),
        Tlp.GREEN: _("For the agencies of this community. Do not publish."),
        Tlp.CLEAR: _("May be passed on freely."),
    }
    return texts[tlp]
