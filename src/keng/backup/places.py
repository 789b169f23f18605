"""Where a centre keeps what it keeps."""

from pathlib import Path

import msgspec


class Places(msgspec.Struct, frozen=True):
    """data: the folder of everything. state: a file, or the address of a database server.

    journal, events: None where a server of its own keeps them.
    """

    data: Path
    state: Path | str
    journal: Path | None
    events: Path | None
