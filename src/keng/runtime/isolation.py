"""A fault of the engine must cost one event, not the stream."""

from collections.abc import Callable, Sequence

import structlog

from keng.model.detection import Detection
from keng.model.event import Event
from keng.state.quarantine import Refused

_log = structlog.get_logger("keng.runtime.isolation")


def detections_of(
    match: Callable[[Sequence[Event]], list[Detection]], events: Sequence[Event], undetected: list[Refused]
) -> list[Detection]:
    """What `match` finds. An event that it cannot bear is isolated, and named in `undetected` for the quarantine."""
    if not events:
        return []
    try:
        return match(events)
    except Exception:
        # (Rules are matched before the correlations take anything in, so that what was matched in vain has left no
        # trace in them.)
        _log.exception("detection failed on a slice; trying its events one by one", events=len(events))
    found: list[Detection] = []
    for event in events:
        try:
            found += match([event])
        except Exception as error:
            _log.exception("no rule could be run on an event", event_id=event.id, offset=event.offset)
            undetected.append(_named(event, error))
    return found


def decisions_of(
    decide: Callable[[Sequence[tuple[int, Detection]], int], list[Detection]],
    found: Sequence[tuple[int, Detection]],
    seen_us: int,
    undetected: list[Refused],
) -> list[Detection]:
    """The same of detections that correlations take up; see `Detector.decide`."""
    try:
        return decide(found, seen_us)
    except Exception:
        _log.exception(
            "correlations failed on a slice; trying its detections one by one", detections=len(found)
        )
    out: list[Detection] = []
    for before_us, detection in found:
        try:
            out += decide([(before_us, detection)], before_us)
        except Exception as error:
            _log.exception("correlations failed on a detection", event_id=detection.event.id)
            undetected.append(_named(detection.event, error))
    return out


def _named(event: Event, error: Exception) -> Refused:
    reason = f"stored, but no rule could be run on it: {type(error).__name__}: {error}"
    raw = event.raw.encode("utf-8", "surrogatepass")[:65536]
    return Refused(event.received_us, event.agency, event.source, reason, f"event {event.id}", raw)
