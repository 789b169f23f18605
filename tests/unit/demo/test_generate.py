import itertools
import json

from keng.demo.generate import Generator, Province, plan

T0 = 1_764_000_000_123_456
SECOND = 1_000_000


def test_the_same_seed_gives_the_same_bytes(province: Province) -> None:
    first = list(Generator(province, 3, 200).play(T0, T0 + 20 * SECOND))
    again = list(Generator(province, 3, 200).play(T0, T0 + 20 * SECOND))
    other = list(Generator(province, 4, 200).play(T0, T0 + 20 * SECOND))
    assert first == again
    assert first != other


def test_records_come_in_the_order_of_time_and_inside_the_range(province: Province) -> None:
    for wires in (
        list(Generator(province, 1, 300).play(T0, T0 + 40 * SECOND)),
        list(Generator(province, 1, 300).history(T0, T0 + 10 * SECOND)),
    ):
        times = [wire.time_us for wire in wires]
        assert times == sorted(times)
        assert times[0] >= T0


def test_the_rate_is_that_of_the_busy_hour(province: Province) -> None:
    nine_in_the_morning = 1_763_949_600_000_000
    ten = [*Generator(province, 1, 400).history(nine_in_the_morning, nine_in_the_morning + 10 * SECOND)]
    assert 380 <= len(ten) / 10 <= 620  # some actions leave two records


def test_a_thin_history_is_thin(province: Province) -> None:
    thin = sum(1 for _ in Generator(province, 1, 400).history(T0, T0 + 60 * SECOND, 0.05))
    assert 500 <= thin <= 1800


def test_no_ordinary_record_belongs_to_a_phase(province: Province) -> None:
    assert not any(wire.phase for wire in Generator(province, 1, 100).history(T0, T0 + 5 * SECOND))


def test_every_step_of_the_campaign_is_played(province: Province) -> None:
    wires = list(Generator(province, 1, 1).play(T0, T0 + 130 * SECOND))
    assert {wire.phase for wire in wires} - {""} == set(province.scenario.phases)


def test_the_campaign_begins_within_fifteen_seconds_and_lasts_about_ninety(province: Province) -> None:
    campaign = {"mail", "foothold", "persistence", "credentials", "spread1", "theft", "cover"}
    times = [w.time_us for w in Generator(province, 1, 1).play(T0, T0 + 140 * SECOND) if w.phase in campaign]
    assert times[0] - T0 <= 15 * SECOND
    assert 80 * SECOND <= times[-1] - times[0] <= 100 * SECOND


def test_follow_ups_never_end_and_stay_in_order(province: Province) -> None:
    steps = list(itertools.islice(plan(province.scenario), 3000))
    offsets = [step.offset_us for step in steps]
    assert len(steps) == 3000
    assert offsets == sorted(offsets)


def test_every_source_of_the_province_speaks_within_a_minute(province: Province) -> None:
    spoke = {wire.source for wire in Generator(province, 1, 450).history(T0, T0 + 60 * SECOND)}
    assert spoke == {host.source for host in province.hosts}


def test_vietnamese_letters_are_exercised_in_json_and_in_syslog(province: Province) -> None:
    wires = list(Generator(province, 1, 450).history(T0, T0 + 30 * SECOND))
    assert any("Nguyễn" in json.loads(wire.data).get("message", "") for wire in wires if wire.route == "bulk")
    assert any("Dọn tệp tạm".encode() in wire.data for wire in wires if wire.route == "tcp")
