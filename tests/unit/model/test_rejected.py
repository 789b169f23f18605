"""A refusal says why and where, and keeps the bytes."""

from keng.model.rejected import Rejected


def test_a_refusal_keeps_reason_position_and_bytes() -> None:
    refusal = Rejected("not JSON", "line 12", b"{")
    assert (refusal.reason, refusal.position, refusal.raw) == ("not JSON", "line 12", b"{")
