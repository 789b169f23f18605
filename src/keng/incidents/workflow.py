"""The stages of response and the moves between them. Pure.

open → investigating → contained → recovering → closed. Going back is allowed (an attack flares up again);
closing and reopening need a reason. A false alarm is closed from any stage.
"""

import msgspec

from keng.i18n import _
from keng.incidents.taxonomy import status_name
from keng.model.incident import Incident, IncidentStatus
from keng.model.rejected import Rejected

_ORDER = (
    IncidentStatus.OPEN,
    IncidentStatus.INVESTIGATING,
    IncidentStatus.CONTAINED,
    IncidentStatus.RECOVERING,
    IncidentStatus.CLOSED,
)


def next_statuses(status: IncidentStatus) -> tuple[IncidentStatus, ...]:
    """Where an incident may go from here, in the order of the stages."""
    if status is IncidentStatus.CLOSED:
        return (IncidentStatus.INVESTIGATING,)
    back = {IncidentStatus.OPEN} if status is not IncidentStatus.OPEN else set()
    return tuple(other for other in _ORDER if other is not status and other not in back)


def move(incident: Incident, to: IncidentStatus, reason: str, now_us: int) -> Incident | Rejected:
    """The incident in its new stage; Rejected if the move does not exist or lacks its reason."""
    if to not in next_statuses(incident.status):
        return Rejected(
            _(
                "an incident cannot go from “{status}” to “{to}”",
                status=status_name(incident.status),
                to=status_name(to),
            ),
            incident.number,
        )
    closing = to is IncidentStatus.CLOSED
    reopening = incident.status is IncidentStatus.CLOSED
    if (closing or reopening) and not reason.strip():
        return Rejected(_("say why: closing and reopening an incident need a reason"), "reason")
    return msgspec.structs.replace(
        incident,
        status=to,
        updated_us=now_us,
        closed_us=now_us if closing else 0,
        closing=reason.strip() if closing else "",
    )
