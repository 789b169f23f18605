"""The bound against decompression bombs."""

import pytest

from keng.formats.base import StreamError
from keng.scan.budget import FREE, RATIO, Budget


def test_small_output_is_free_and_large_output_depends_on_the_file() -> None:
    small = Budget(10)
    small.spend(FREE)
    with pytest.raises(StreamError):
        small.spend(1)
    large = Budget(FREE)
    large.spend(FREE * RATIO)
    with pytest.raises(StreamError):
        large.spend(1)
