"""An incident (sự cố an ninh mạng): what people decided is real, and work on until it is closed."""

from enum import StrEnum

import msgspec

from keng.model.severity import Severity


class IncidentGroup(StrEnum):
    """The national groups of incidents. There is no group for what anybody says or writes."""

    MALWARE = "N1"
    INTRUSION = "N2"
    DENIAL_OF_SERVICE = "N3"
    DATA_LEAK = "N4"
    DEFACEMENT = "N5"
    FRAUD = "N6"
    SUPPLIER = "N7"
    INSIDER = "N8"
    OTHER = "N9"


class IncidentStatus(StrEnum):
    """The stages of response; the moves between them stand in `incidents/workflow.py`."""

    OPEN = "open"
    INVESTIGATING = "investigating"
    CONTAINED = "contained"
    RECOVERING = "recovering"
    CLOSED = "closed"


class Incident(msgspec.Struct, frozen=True):
    """One incident.

    number: "SC-2026-0001". t0_us: when it was detected: the legal clocks run from here; occurred_us: when
    it began, as far as known (0: unknown). agencies: affected ones; alerts: ids.
    serious, national_security, disruption: set by a person, they start clocks. personal_records: data
    subjects touched; personal_data alone starts the clock. rsit: id in `incidents/taxonomy.py` or "".
    """

    id: int
    number: str
    title: str
    group: IncidentGroup
    severity: Severity
    t0_us: int
    status: IncidentStatus = IncidentStatus.OPEN
    occurred_us: int = 0
    owner: str = ""
    summary: str = ""
    rsit: str = ""
    serious: bool = False
    national_security: bool = False
    disruption: bool = False
    personal_data: bool = False
    personal_records: int = 0
    agencies: tuple[str, ...] = ()
    alerts: tuple[int, ...] = ()
    created_by: str = ""
    created_us: int = 0
    updated_us: int = 0
    closed_us: int = 0
    closing: str = ""


class TimelineEntry(msgspec.Struct, frozen=True):
    """A line of an incident's timeline.

    at_us: when it happened; written_us: when it was noted. kind: "note" and "action" are a person's own text;
    "event" is automatic: `text` is then a code that `incidents/timeline.py` puts into words with `values`.
    """

    id: int
    incident: int
    at_us: int
    written_us: int
    author: str
    kind: str
    text: str
    values: dict[str, str] = {}


class ClockRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A legal deadline of a country pack (`packs/<country>/law.yaml`).

    hours: from T0; 0 means at once. applies: "always" or flags of `Incident` of which one must be set
    ("serious", "national_security", "disruption", "personal_data"). basis: the article.
    """

    id: str
    hours: float
    applies: tuple[str, ...]
    name: dict[str, str]
    basis: dict[str, str] = {}
    to: dict[str, str] = {}


class Clock(msgspec.Struct, frozen=True):
    """A deadline of one incident. done_us: when the report was sent (0: not yet); proof: how that is known."""

    rule: ClockRule
    due_us: int
    done_us: int = 0
    done_by: str = ""
    proof: str = ""

    def overdue(self, now_us: int) -> bool:
        """Past its deadline and not sent, or sent too late."""
        return (self.done_us or now_us) > self.due_us


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a country's law demands, from its pack.

    clocks: deadlines; retention_months: system level "1" to "5" → months that its logs are kept.
    """

    country: str
    clocks: tuple[ClockRule, ...]
    retention_months: dict[str, int]
