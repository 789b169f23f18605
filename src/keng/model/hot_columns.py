"""The hot columns: what people search most, under one name each, whatever the source called it (after OCSF)."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class HotColumns(NamedTuple):
    """Values of one event; "" or 0 where it has none. The store has one column for each, of the same name.

    class_uid, activity_id, status_id: OCSF numbers (status: 1 success, 2 failure, 0 unknown).
    code: the product's own event number or type ("4624", "alert"). process, parent: paths of the programs.
    domain: the name asked for or connected to. hash: one or several, as the source wrote them.
    """

    class_uid: int = 0
    activity_id: int = 0
    status_id: int = 0
    code: str = ""
    user: str = ""
    process: str = ""
    command_line: str = ""
    parent: str = ""
    src_ip: str = ""
    src_port: int = 0
    dst_ip: str = ""
    dst_port: int = 0
    domain: str = ""
    url: str = ""
    file_path: str = ""
    hash: str = ""


HotTable = tuple[Sequence[Any], ...]
"""The hot columns of several events: as many sequences as `HotColumns` has members, in their order."""
