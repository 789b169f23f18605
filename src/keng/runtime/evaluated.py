"""What the pipeline and the process beside it say to each other: slices of the journal, and all that follows from them.

msgpack on a pipe, each message as its length and its bytes. An event that msgpack cannot carry (texts that are no
Unicode, numbers beyond 64 bits) travels as JSON, which can.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from keng.journal.base import Packed
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event
from keng.runtime.identity import ID_BYTES
from keng.state.quarantine import Refused
from keng.state.sightings import Sighting
from keng.store.insert import Made

DOUBLE, DETECT_ONLY, WANTED = 0, 1, 2
"""A mark for each event of a slice. DETECT_ONLY: it is stored already."""

READY = b"ready"
"""The first message of the process: it has loaded its rules."""


class Start(msgspec.Struct, frozen=True):
    """What the process has to know before the first slice."""

    data_dir: str
    rules: tuple[str, ...]
    state: str
    log_level: str


class Ask(msgspec.Struct, frozen=True, tag=True):
    """One slice. rules: content hash of those to run. marks: of each event; empty: all are wanted."""

    rules: str
    entries: list[Packed]
    marks: bytes = b""


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A detection of a plain rule. before_us: see `detector.timed`. rule: its place in the rule set.

    packed: [event, matched], as msgpack, or as JSON.
    """

    before_us: int
    rule: int
    event_ids: tuple[str, ...]
    packed: bytes
    as_json: bool


class Evaluated(msgspec.Struct, frozen=True, tag=True):
    """All that follows from a slice, but for what depends on earlier ones.

    ids: of all events, 16 bytes each, doubles too. The rest is of the marked events: seen_us: the newest time in
    them; received_us: arrival of each.
    """

    ids: bytes
    refused: list[Refused]
    undetected: list[Refused]
    made: list[Made]
    found: list[Found]
    seen_us: int
    sightings: list[Sighting]
    received_us: list[int]
    unparsed: int
    rules: str

    def names(self) -> list[bytes]:
        """The ids one by one."""
        return [self.ids[n : n + ID_BYTES] for n in range(0, len(self.ids), ID_BYTES)]


class Trouble(msgspec.Struct, frozen=True, tag=True):
    """The slice could not be worked on."""

    reason: str


ask_encoder = msgspec.msgpack.Encoder()
ask_decoder = msgspec.msgpack.Decoder(Ask)
answer_decoder: msgspec.msgpack.Decoder[Evaluated | Trouble] = msgspec.msgpack.Decoder(Evaluated | Trouble)
_found_decoder = msgspec.msgpack.Decoder(tuple[Event, dict[str, Any]])


def found(before_us: int, rule: int, detection: Detection) -> Found:
    """Make a detection ready to travel."""
    both = (detection.event, detection.matched)
    try:
        return Found(before_us, rule, detection.event_ids, msgspec.msgpack.encode(both), False)
    except (UnicodeEncodeError, OverflowError):
        text = json.dumps([msgspec.structs.asdict(detection.event), detection.matched])
        return Found(before_us, rule, detection.event_ids, text.encode(), True)


def detection(one: Found, infos: Sequence[RuleInfo]) -> Detection:
    """The detection that travelled. infos: of the plain rules of the same rule set, in its order."""
    if one.as_json:
        fields, matched = json.loads(one.packed)
        event = msgspec.convert(fields, Event)
    else:
        event, matched = _found_decoder.decode(one.packed)
    return Detection(infos[one.rule], event, matched, one.event_ids)
