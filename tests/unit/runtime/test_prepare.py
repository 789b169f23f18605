from datetime import UTC, datetime

from keng.journal.base import Entry
from keng.model.batch import Batch
from keng.model.event import Event
from keng.model.record import Record
from keng.model.rejected import Rejected
from keng.model.time_zone import time_zone
from keng.runtime.identity import event_ids
from keng.runtime.parts import default_parts as real_parts
from keng.runtime.prepare import Preparation, Steps

from .conftest import STEPS, unchanged


def entry(*records: bytes, offset: int = 3) -> Entry:
    return Entry(offset, Batch("src", "bv", "elastic_bulk", "p", 1_790_000_000_000_000, records))


def test_records_become_events_with_their_origin() -> None:
    done = Preparation(STEPS, event_ids).prepare([entry(b'{"message":"hello"}')])
    ((event_id, event),) = done.events
    assert event.id == event_id.hex()
    assert (event.agency, event.source, event.offset, event.received_us) == (
        "bv",
        "src",
        3,
        1_790_000_000_000_000,
    )
    assert event.time_us == event.received_us
    assert event.raw == '{"message":"hello"}'
    assert event.parsed


def test_what_no_format_knows_is_kept_raw() -> None:
    done = Preparation(STEPS, event_ids).prepare([entry(b"\xff\xfe!!! what is this")])
    ((_id, event),) = done.events
    assert not event.parsed
    assert event.raw.endswith("!!! what is this")


def test_a_record_that_makes_a_step_fail_is_set_aside_and_the_others_go_on() -> None:
    def stumble(record: Record, *_when: object) -> Event:
        if record.fields.get("n") == 2:
            raise KeyError("no such thing")
        return STEPS.normalise(record)

    steps = Steps(STEPS.parse, stumble, unchanged)
    done = Preparation(steps, event_ids).prepare([entry(b'{"n":1}', b'{"n":2}', b'{"n":3}')])
    assert [event.raw for _id, event in done.events] == ['{"n":1}', '{"n":3}']
    (refused,) = done.refused
    assert (refused.source, refused.agency, refused.position, refused.raw) == (
        "src", "bv", "offset 3, record 2", b'{"n":2}',
    )  # fmt: skip
    assert "no such thing" in refused.reason


def test_the_last_format_of_a_source_is_the_hint_for_its_next_record() -> None:
    hints: list[str] = []

    def parse(raw: bytes, hint: str) -> Record | Rejected:
        hints.append(hint)
        return STEPS.parse(raw, hint)

    preparation = Preparation(Steps(parse, STEPS.normalise, unchanged), event_ids)
    preparation.prepare([entry(b'{"n":1}', b'{"n":2}')])
    assert hints[0] == ""
    assert hints[1] != ""


def test_content_in_one_raw_text_of_many_is_taken_out_and_the_others_stay() -> None:
    mail = b'{"winlog":{"channel":"x","event_id":1},"http":{"request":{"body":{"content":"secret words"}}}}'
    plain = [
        b'{"winlog":{"channel":"Security","event_id":4624,"event_data":{"n":"%d"}}}' % n for n in range(20)
    ]
    done = Preparation(real_parts().steps, event_ids).prepare(
        [entry(*plain[:9], mail, *plain[9:]), entry(*plain)]
    )
    raws = [event.raw for _id, event in done.events]
    assert len(raws) == 41 and not any("secret words" in raw for raw in raws)
    assert [raw.encode() for raw in raws[:9]] == plain[:9]


def test_raw_texts_that_hold_no_content_are_not_looked_into_one_by_one() -> None:
    told: list[bool] = []

    def redact(event: Event, raw_is_clean: bool = False) -> Event:
        told.append(raw_is_clean)
        return event

    steps = Steps(STEPS.parse, STEPS.normalise, redact, lambda raws: any("mail" in raw for raw in raws))
    Preparation(steps, event_ids).prepare([entry(b'{"n":1}', b'{"n":2}'), entry(b'{"mail":1}', b'{"n":3}')])
    assert told == [True, True, False, False]


def test_a_fault_in_taking_content_out_costs_one_record() -> None:
    def redact(event: Event, _clean: bool = False) -> Event:
        if "2" in event.raw:
            raise RuntimeError("stumbled")
        return event

    done = Preparation(Steps(STEPS.parse, STEPS.normalise, redact), event_ids).prepare(
        [entry(b'{"n":1}', b'{"n":2}', b'{"n":3}')]
    )
    assert [event.raw for _id, event in done.events] == ['{"n":1}', '{"n":3}']
    assert done.refused[0].position == "offset 3, record 2"


def test_times_without_a_zone_are_read_in_the_zone_of_their_source_and_without_a_year_near_their_receipt() -> (
    None
):
    received = int(datetime(2026, 1, 1, 2, tzinfo=UTC).timestamp() * 1_000_000)
    line = b"<86>Jan  1 08:59:00 srv sshd[1]: Failed password for root from 203.0.113.9 port 22 ssh2"
    given = Entry(3, Batch("src", "bv", "syslog_udp", "p", received, (line,)))
    zone = time_zone("Asia/Ho_Chi_Minh")
    for zone_of, hour in ((lambda _source: zone, 1), (lambda _source: None, 8)):
        done = Preparation(real_parts().steps, event_ids, zone_of).prepare([given])
        ((_id, event),) = done.events
        assert event.time_us == int(datetime(2026, 1, 1, hour, 59, tzinfo=UTC).timestamp() * 1_000_000)
        assert event.received_us == received
