"""What a scan could not take."""

from keng.model.rejected import Rejected
from keng.scan.refused import Refused


def test_it_says_where_and_why() -> None:
    assert Refused("a.zip!b", Rejected("why", "line 1")).problem.reason == "why"
