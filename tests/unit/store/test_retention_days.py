import pytest

from keng.model.rejected import Rejected
from keng.store.retention_days import read_days


def test_days_come_from_the_law_and_from_what_is_set() -> None:
    law = {"1": 1, "2": 1, "3": 3, "4": 6, "5": 12}
    assert read_days("", law) == {0: 93, 1: 31, 2: 31, 3: 93, 4: 186, 5: 372}
    assert read_days("", {}) == read_days("", law)
    assert read_days(" 0 = 400, 3=120", law) == {0: 400, 1: 31, 2: 31, 3: 120, 4: 186, 5: 372}


@pytest.mark.parametrize("text", ["3", "6=1", "3=0", "3=x", "3=99999", "3=1;4=2", "-1=3", "³=3"])
def test_days_that_cannot_be_meant_are_refused(text: str) -> None:
    assert isinstance(read_days(text, {}), Rejected)
