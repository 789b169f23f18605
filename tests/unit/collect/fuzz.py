"""Hostile bytes made from good ones, the same at every run: truncated, doubled, reordered, flipped, other encodings."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

SMALL = 1000


def blocks() -> list[Any]:
    """Numbers of blocks of 1,000 cases: one in every run, fifty (50,000 cases) in the long one."""
    return [0, *(pytest.param(block, marks=pytest.mark.long) for block in range(1, 50))]


def bodies(block: int, seeds: Sequence[bytes]) -> Iterator[bytes]:
    """The cases of one block."""
    for case in range(block * SMALL, (block + 1) * SMALL):
        yield mutated(random.Random(case), seeds)


def mutated(dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One case: some seeds, changed in a few ways."""
    data = bytearray(b"".join(dice.choice(seeds) for _n in range(dice.randint(1, 4))))
    for _n in range(dice.randint(0, 4)):
        if not data:
            break
        a, b = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
        match dice.randrange(9):
            case 0:
                del data[a:]
            case 1:
                data[a:a] = data[a:b]
            case 2:
                del data[a:b]
            case 3:
                data[a : a + 1] = bytes([dice.randrange(256)])
            case 4:
                data = data[a:b] + data[:a] + data[b:]
            case 5:
                data[a:a] = dice.choice(
                    (b"\0", b"\xff\xfe", b"\n", b'"', b"{", b"}", b"[", b"\\", b"\x1b", b"9" * 30)
                )
            case 6:
                data[a:a] = dice.randbytes(dice.randint(1, 40))
            case 7:
                data = bytearray(bytes(data).decode("utf-8", "replace").encode("utf-16"))
            case _:
                data += data[a:b] * dice.randint(1, 20)
    return bytes(data)
