"""A legal hold (lệnh giữ nguyên): events that must not be deleted, however old they are, until it is released."""

import msgspec


class Hold(msgspec.Struct, frozen=True):
    """A hold as it was ordered. agency, system, source: ids; "" holds all of them, and what is named must all be true.

    from_us ≤ time < to_us, of the event or of its arrival, microseconds; to_us 0: without end. released_us 0: in force.
    """

    id: int
    agency: str
    system: str
    source: str
    from_us: int
    to_us: int
    reason: str
    by: str
    created_us: int
    released_us: int = 0
    released_by: str = ""
    release_reason: str = ""


class Held(msgspec.Struct, frozen=True):
    """What a hold means for the event store: these events stay. agency "": any; sources None: any."""

    agency: str
    sources: tuple[str, ...] | None
    from_us: int
    to_us: int
