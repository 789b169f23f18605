"""A bulletin (bản tin cảnh báo): the warning that goes out to agencies, and what each did with it."""

from enum import StrEnum

import msgspec

from keng.model.severity import Severity


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 labels (phạm vi chia sẻ)."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


class BulletinStatus(StrEnum):
    """DRAFT → APPROVED → PUBLISHED; a published one can be WITHDRAWN or UPDATED (replaced by a newer one)."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


class Finding(StrEnum):
    """What an agency answers, and what the centre's telemetry says about it."""

    HIT = "hit"
    NOT_HIT = "not_hit"
    CANNOT_TELL = "cannot_tell"


class Indicator(msgspec.Struct, frozen=True):
    """A sign of compromise. kind: "ip", "domain", "url", "hash", "file", "command". Shown defanged."""

    kind: str
    value: str
    note: str = ""


class BulletinText(msgspec.Struct, frozen=True):
    """A bulletin in one language. Plain text; paragraphs are separated by an empty line."""

    title: str
    what: str
    concerns: str
    actions: tuple[str, ...] = ()
    report_to: str = ""


class Bulletin(msgspec.Struct, frozen=True):
    """One bulletin in both languages.

    number: "CB-2026-0001". texts: {"vi": …, "en": …}. edited_by: everybody who wrote in it.
    replaces: id of the bulletin that this one updates (0: none).
    """

    id: int
    number: str
    severity: Severity
    tlp: Tlp
    texts: dict[str, BulletinText]
    status: BulletinStatus = BulletinStatus.DRAFT
    incident: int = 0
    indicators: tuple[Indicator, ...] = ()
    created_by: str = ""
    edited_by: tuple[str, ...] = ()
    created_us: int = 0
    updated_us: int = 0
    approved_by: str = ""
    approved_us: int = 0
    published_by: str = ""
    published_us: int = 0
    ended_us: int = 0
    ended_reason: str = ""
    replaces: int = 0

    def text(self, language: str) -> BulletinText:
        """The text in "vi" or "en"; the other language where one is missing."""
        return self.texts.get(language) or next(iter(self.texts.values()))


class Delivery(msgspec.Struct, frozen=True):
    """One bulletin at one agency: sent, read, confirmed. Times are 0 until it happened.

    telemetry: what the centre's own data says of this agency. actions_done: indexes into the text's actions.
    """

    bulletin: int
    agency: str
    sent_us: int
    telemetry: Finding = Finding.CANNOT_TELL
    read_us: int = 0
    read_by: str = ""
    confirmed_us: int = 0
    confirmed_by: str = ""
    finding: Finding | None = None
    note: str = ""
    actions_done: tuple[int, ...] = ()
