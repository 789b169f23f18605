"""What the demo tells of a host."""

import pytest

from keng.demo.news import short


@pytest.mark.parametrize(
    ("host", "told"),
    [("hm-01.khenam.example", "hm-01"), ("10.20.3.4", "10.20.3.4"), ("", ""), ("PC-05", "PC-05")],
)
def test_a_host_is_told_by_its_own_name(host: str, told: str) -> None:
    assert short(host) == told
