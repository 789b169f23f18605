"""An expected failure, as a value."""

import msgspec


class Rejected(msgspec.Struct, frozen=True):
    """Input that could not be taken. `reason` says what to do; `position` says where.

    position: free text in the unit of the input ("line 12", "byte 4096", "record 7", "path: column").
    raw: the bytes that were refused (may be cut to the stated limit of the one who refuses).
    """

    reason: str
    position: str = ""
    raw: bytes = b""
