"""The most fields that an event may have; of more the first stay, and their number is said."""

from itertools import islice
from typing import Any

MAX_FIELDS = 4096
CUT = "keng.fields_cut"
"""How many fields were left out; the raw text still has them."""


def cut(fields: dict[str, Any], had: int = 0) -> dict[str, Any]:
    """The first MAX_FIELDS fields, and under CUT how many are left out: of these, or of the `had` that there were."""
    kept = dict(islice(fields.items(), MAX_FIELDS))
    kept[CUT] = max(len(fields), had) - MAX_FIELDS
    return kept
