"""Hostile input made out of good: by a seed, so that a case that fails can be made again."""

import random
from collections.abc import Iterator, Sequence

TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b"\n", b"\r", b"\0", b"\t", b" ", b"=", b":", b",", b"|", b";", b"%", b"<",
    b">", b"(", b")", b"/", b"-", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[31m",
    b"null", b"NaN", b"1e999", b"-1", b"99999999999999999999", b"18446744073709551616", b"0x", b"CEF:0|", b"LEEF:2.0|",
    b"%ASA-6-302013: ", b"<13>", b"<999>", b"type=EXECVE msg=audit(", b"#Fields: ", b"date=", b"{\"Event\":{", b"a=b ",
    b'": ', b'{"a":', b"\\u0000", b"\\ud800", b"2024-05-01T05:00:00Z ", b"May  1 12:00:00 ", b"\0\5", b"\0\t", b"\0\n",
)  # fmt: skip


def cases(
    name: str, samples: Sequence[bytes], count: int, seed: int = 0, size: int = 16_384
) -> Iterator[bytes]:
    """`count` inputs made from the samples, of at most `size` bytes."""
    chance = random.Random(f"{name}/{seed}")
    for _ in range(count):
        data = bytearray(chance.choice(samples))
        for _change in range(chance.choice((1, 1, 2, 3, 6))):
            data = _changed(data, samples, chance)
            if len(data) > size:
                del data[size:]
        yield bytes(data)


def _changed(data: bytearray, samples: Sequence[bytes], chance: random.Random) -> bytearray:
    at = chance.randrange(len(data) + 1)
    what = chance.randrange(9)
    if what == 0 and data:
        data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
    elif what == 1:
        data[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 2, 40))
    elif what == 2:
        del data[at : at + chance.choice((1, 2, 8, 64))]
    elif what == 3:
        del data[at:]
    elif what == 4:
        data[at : at + 4] = chance.randbytes(chance.choice((1, 2, 4)))
    elif what == 5:
        data = data + data[at:]
    elif what == 6:
        other = chance.choice(samples)
        data = data[:at] + other[chance.randrange(len(other) + 1) :]
    elif what == 7:
        piece = data[at : at + chance.choice((1, 4, 16))]
        data[at:at] = piece * chance.choice((2, 8, 64))
    else:
        data = bytearray(
            bytes(data)
            .decode("utf-8", "replace")
            .encode(chance.choice(("utf-16-le", "utf-16", "latin-1")), "replace")
        )
    return data


def filled(sample: bytes, token: bytes, keep: int, size: int) -> bytes:
    """The first `keep` bytes of a sample, then the token again and again, up to `size` bytes."""
    head = sample[:keep]
    return head + token * ((size - len(head)) // len(token))
