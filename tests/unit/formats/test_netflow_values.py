import struct

import pytest

from keng.formats.netflow_values import MAX_HEX, field, value_of


@pytest.mark.parametrize(
    ("number", "data", "value"),
    [
        (8, b"\x0a\0\0\5", "10.0.0.5"),
        (27, b"\0" * 15 + b"\1", "::1"),
        (1, b"\1\0", 256),
        (56, b"\xaa\xbb\xcc\0\1\2", "aa:bb:cc:00:01:02"),
        (82, b"eth0\0\0", "eth0"),
        (150, struct.pack("!I", 1_714_539_600), 1_714_539_600_000),
        (154, struct.pack("!II", 1_714_539_600 + 2_208_988_800, 1 << 31), 1_714_539_600_500),
        (276, b"\1", True),
        (8, b"\1\2", "0102"),
        (27, b"", ""),
        (60_000, b"\xff" * 500, "ff" * MAX_HEX),
    ],
)
def test_bytes_become_values_by_the_registry_s_type(number: int, data: bytes, value: object) -> None:
    assert value_of(field(number, len(data)), data) == value


def test_unknown_fields_are_named_by_number() -> None:
    assert field(32_000, 4).name == "element_32000"
    assert field(7, 4, 9).name == "enterprise_9_7"
