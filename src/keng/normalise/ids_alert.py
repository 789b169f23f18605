"""Text alerts of Suricata and Snort, under the names that EVE has for the same, and Sigma's generic ones."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict

_SOURCE = LogSource("suricata", "alert")
_EVE = (
    ("signature", "alert.signature"),
    ("signature_id", "alert.signature_id"),
    ("category", "alert.category"),
)


def ids_alert_parts(own: dict[str, Any]) -> Parts:
    """One alert."""
    fields = {**own, **{ours: own[name] for name, ours in _EVE if name in own}}
    if "action" in fields:
        fields["action"] = "drop"
    add_verdict(fields)
    # The month stands first; Snort may leave the year out.
    date, _mark, clock = str(own.get("timestamp", "")).partition("-")
    parts = date.split("/")
    if len(parts) != 3:
        return Parts(fields, _SOURCE)
    month, day, year = parts
    return Parts(
        fields, _SOURCE, device_us(f"{year if len(year) == 4 else '20' + year}-{month}-{day} {clock}")
    )
