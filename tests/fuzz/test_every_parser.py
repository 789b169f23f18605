"""Every parser on hostile input: 50,000 cases each by `pytest -m long tests/fuzz`, a few hundred in `make test`.

Parsers are those of the registry, every shape of JSON, and the decoder of flows. Each case may give records and refusals,
never an exception; each record becomes an event, and an event without content. KENG_FUZZ sets the number of cases.
A format that is put into the registry is fuzzed from then on, and fails here until it has samples in tests/golden.
"""

import io
import os
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from tests.fuzz.hostile import TOKENS, cases, filled

from keng.formats.base import Format, Item
from keng.formats.json_shape import SHAPES
from keng.formats.netflow import NetflowDecoder
from keng.formats.recognise import read_file
from keng.formats.record import parse_record
from keng.formats.registry import FORMATS
from keng.model.record import Record
from keng.model.rejected import Rejected
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact

GOLDEN = Path(__file__).parents[1] / "golden"
FEW = 150
MANY = 50_000
SIZE = 64 << 10
WHOLE = 16 << 10  # of a case; a chunk of EVTX is four times as long, and cut off it holds nothing
HOLLOW = 0.15  # the least share of cases that are still entries: else the parser was hardly entered
BINARY = ("evtx", "netflow")
SECONDS = 0.1
MEMORY = 64 << 20
REFERENCE_US = 1_717_200_000_000_000


def samples(name: str) -> list[bytes]:
    """Our own inputs of a format: of text each line and the whole, of bytes the whole."""
    found = [path.read_bytes() for path in sorted(GOLDEN.glob(f"{name}*/*/input*"))]
    assert found, f"{name} has no samples: put a case into tests/golden/{name}"
    if name in BINARY:
        return found
    whole = [data for data in found if len(data) < WHOLE]
    return [line for data in found for line in data.split(b"\n") if line.strip()] + whole or found


Way = Callable[[bytes], Iterator[Item]]


def parsers(formats: Sequence[Format] = FORMATS) -> dict[str, tuple[Way, ...]]:
    """Every parser by name, with each way into it as a function of one input."""
    found: dict[str, tuple[Way, ...]] = {each.name: tuple(_ways(each)) for each in formats}
    for shape in SHAPES:
        found.setdefault(shape, (_alone,))
    found["syslog_json"] = (_alone,)
    found["netflow_datagrams"] = (lambda data: NetflowDecoder().decode("192.0.2.9", data),)
    return found


def _ways(each: Format) -> Iterator[Way]:
    if each.parse is not None:
        parse = each.parse
        yield lambda data: iter((parse(data, 1),))
    yield lambda data: each.read(io.BytesIO(data))
    yield lambda data: read_file(io.BytesIO(data))


def _alone(data: bytes) -> Iterator[Item]:
    yield parse_record(data)


PARSERS = parsers()


def check(item: Item) -> None:
    """What holds of everything that a parser yields."""
    if isinstance(item, Rejected):
        assert item.reason
        assert len(item.raw) <= 512
        return
    event = redact(to_event(item, REFERENCE_US))
    assert type(event.time_us) is int
    assert type(event.host) is str
    assert all(type(name) is str for name in event.fields)
    hash(event.logsource)


def run(name: str, count: int) -> None:
    ways = PARSERS[name]
    # What is no entry by itself (a line of printed JSON, a row without its header) stands in the whole inputs.
    have = [
        one for one in samples(name.removesuffix("_datagrams")) if any(is_entry(way, one) for way in ways)
    ]
    read(name, ways, have, count)


def is_entry(way: Way, data: bytes) -> bool:
    return any(isinstance(item, Record) for item in way(data))


def read(name: str, ways: tuple[Way, ...], have: Sequence[bytes], count: int, least: float = HOLLOW) -> None:
    """Cases through every way into a parser, the first one most; of several lines through each in turn."""
    entries = 0
    size = max(WHOLE, *map(len, have)) if name in BINARY else WHOLE
    for number, data in enumerate(cases(name, have, count, size=size)):
        turn = number if b"\n" in data[:-1] else number // 8 if number % 8 == 0 else 0
        try:
            items = list(ways[turn % len(ways)](data))
            for item in items:
                check(item)
        except Exception as error:
            raise AssertionError(f"{name}, case {number}: {data!r}") from error
        entries += any(isinstance(item, Record) for item in items)
    assert entries >= count * least, f"only {entries} of {count} cases were still entries of {name}"


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_no_input_makes_a_parser_fail(name: str) -> None:
    run(name, int(os.environ.get("KENG_FUZZ", FEW)))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", sorted(PARSERS))
def test_fifty_thousand_inputs_make_no_parser_fail(name: str) -> None:
    run(name, MANY)


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.timeout(3600)
def test_fifty_thousand_inputs_made_of_real_event_logs_make_no_parser_fail(shared_data: Path) -> None:
    found = sorted(shared_data.glob("evtx-attack-samples/**/*.evtx"))
    real = [path.read_bytes() for path in found if path.stat().st_size < 80_000]
    assert len(real) > 50
    read("evtx", PARSERS["evtx"], real, MANY)


def test_whatever_is_registered_is_fuzzed() -> None:
    """A new format that breaks on some bytes: nothing but its line in the registry is needed to find it out."""

    def parse(line: bytes, position: int) -> Item:
        return Record("new", {"x": line.decode("ascii")}, position)

    new = Format("new", lambda head: False, lambda source: iter((parse(source.read(SIZE), 1),)), parse)
    assert {each.name for each in FORMATS} | set(SHAPES) <= set(PARSERS)
    found = parsers((*FORMATS, new))
    with pytest.raises(AssertionError, match="no samples"):
        samples("new")
    with pytest.raises(AssertionError, match="new, case"):
        read("new", found["new"], [b"a line\n"], FEW)


def worst(name: str, tokens: tuple[bytes, ...]) -> Iterator[bytes]:
    """64 KiB that begin like a good entry and go on with one thing for ever."""
    have = samples(name.removesuffix("_datagrams"))
    sample = max(have, key=len)[:4096]
    for token in tokens:
        for keep in {0, len(sample) // 3, 2 * len(sample) // 3, len(sample)}:
            yield filled(sample, token, keep, SIZE)


def slowest(name: str, tokens: tuple[bytes, ...]) -> tuple[float, bytes]:
    found = (0.0, b"")
    for data in worst(name, tokens):
        for way in PARSERS[name]:
            spent = _spent(way, data)
            if spent > SECONDS:
                # Once more: another process may have been in the way.
                spent = min(spent, _spent(way, data))
            found = max(found, (spent, data[:80] + b"..." + data[-20:]))
    return found


def _spent(way: Way, data: bytes) -> float:
    start = time.process_time()
    for item in way(data):
        check(item)
    return time.process_time() - start


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_64_kib_of_the_worst_take_at_most_100_ms(name: str) -> None:
    spent, data = slowest(name, TOKENS[:: 1 if os.environ.get("KENG_FUZZ") else 9])
    assert spent <= SECONDS, repr((spent, data))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(PARSERS))
def test_64_kib_of_anything_take_at_most_100_ms(name: str) -> None:
    spent, data = slowest(name, TOKENS)
    assert spent <= SECONDS, repr((spent, data))


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_64_kib_take_at_most_64_mib(name: str) -> None:
    have = samples(name.removesuffix("_datagrams"))
    tracemalloc.start()
    try:
        for token in (b'{"a":', b"a=b ", b"[1,"):
            for way in PARSERS[name]:
                for item in way(filled(max(have, key=len)[:4096], token, 1024, SIZE)):
                    check(item)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= MEMORY
