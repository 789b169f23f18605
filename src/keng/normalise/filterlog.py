"""pfSense's and OPNsense's packet filter to Sigma's category firewall."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict

_SOURCE = LogSource("pfsense", "filterlog", ("firewall",))


def filterlog_parts(own: dict[str, Any]) -> Parts:
    """One entry."""
    fields = dict(own)
    fields["proto"] = own.get("protocol", "")
    add_verdict(fields)
    return Parts(fields, _SOURCE)
