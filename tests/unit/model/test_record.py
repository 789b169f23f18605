"""A record keeps the names of its format and cannot be changed."""

import pytest

from keng.model.record import Record


def test_a_record_is_frozen() -> None:
    record = Record("syslog_rfc3164", {"program": "sshd"}, 1, "raw")
    with pytest.raises(AttributeError):
        record.position = 2  # type: ignore[misc]
