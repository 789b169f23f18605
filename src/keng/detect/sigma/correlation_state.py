"""The state of correlations as bytes: ids, values and the few fields that alerts need; never whole events."""

import hashlib
from typing import Any

import msgspec

from keng.detect.sigma.correlator import Correlator
from keng.detect.sigma.hit import Hit
from keng.detect.sigma.part import Part
from keng.detect.sigma.rule import Correlation
from keng.detect.sigma.window import Entry, Window
from keng.model.event import Event

VERSION = 3


class _Group(msgspec.Struct, array_like=True):
    """times: fired, newest, opened, closes, done and touched in µs. last: of windows that time completes."""

    key: tuple[str, ...]
    label: dict[str, Any]
    entries: list[Entry]
    active: bool
    times: tuple[int, int, int, int, int, int]
    last: Event | None = None


class _State(msgspec.Struct):
    """parts: correlation id → (digest of its definition, groups, the longest quiet first)."""

    version: int
    watermark_us: int
    final_us: int
    losses: dict[str, int]
    pending: list[Hit]
    parts: dict[str, tuple[str, list[_Group]]]


def save_state(correlator: Correlator, watermark_us: int) -> bytes:
    """Everything that a correlator of the same rules needs to go on as if nothing had happened."""
    parts = {
        part.correlation.info.id: (
            _digest(part.correlation), [_group(part, key, window) for key, window in part.groups.items()]
        )
        for part in correlator.parts
    }  # fmt: skip
    return msgspec.msgpack.encode(
        {
            "version": VERSION,
            "watermark_us": watermark_us,
            "final_us": correlator.final_us,
            "losses": correlator.losses.counts(),
            "pending": correlator.pending,
            "parts": parts,
        }
    )


def restore_state(correlator: Correlator, data: bytes) -> int:
    """Put a saved state into a fresh correlator; returns the watermark. Raises `ValueError` if it is no state.

    What belongs to correlations that are gone or changed is left out.
    """
    try:
        state = msgspec.msgpack.decode(data, type=_State)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a saved detector state: {error}") from error
    if state.version != VERSION:
        raise ValueError(f"the saved detector state has version {state.version}, not {VERSION}")
    correlator.final_us = state.final_us
    for name, count in state.losses.items():
        setattr(correlator.losses, name, count)
    for hit in state.pending:
        if hit.rule_id in correlator.by_rule:
            correlator.put(hit)
    for part in correlator.parts:
        digest, groups = state.parts.get(part.correlation.info.id, ("", []))
        if digest == _digest(part.correlation):
            for group in groups:
                _put(part, group)
    correlator.recount()
    return state.watermark_us


def _group(part: Part, key: tuple[str, ...], window: Window) -> tuple[Any, ...]:
    """A `_Group` as it is encoded; without the struct it is quicker, and there are tens of thousands."""
    times = (
        window.fired_us, window.newest_us, window.opened_us, window.closes_us, window.done_us, window.touched_us
    )  # fmt: skip
    return key, part.labels[key], window.entries, window.active, times, part.last.get(key)


def _put(part: Part, group: _Group) -> None:
    window = Window()
    for entry in group.entries:
        window.add(entry, len(group.entries))
    window.active = group.active
    window.fired_us, window.newest_us, window.opened_us = group.times[:3]
    window.closes_us, window.done_us, window.touched_us = group.times[3:]
    part.groups[group.key] = window
    part.labels[group.key] = group.label
    part.entries += len(window.entries)
    if group.last is not None:
        part.last[group.key] = group.last
    if part.waits(window):
        part.schedule(group.key, window)


def _digest(correlation: Correlation) -> str:
    """Of all that the state means; not of titles, texts and places in files."""
    meaning = msgspec.structs.asdict(correlation)
    for told in ("info", "name", "line", "generate", "extra"):
        del meaning[told]
    return hashlib.sha256(msgspec.json.encode(meaning)).hexdigest()[:16]
