"""A batch survives the journal's encoding byte for byte."""

import msgspec

from keng.model.batch import Batch


def test_a_batch_is_the_same_after_encoding() -> None:
    batch = Batch(
        "src",
        "agency",
        "syslog_tcp",
        "127.0.0.1:1",
        1_700_000_000_000_000,
        (b"\x00\xff", "Kẻng".encode()),
        ("a", "b"),
    )
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(batch), type=Batch) == batch
