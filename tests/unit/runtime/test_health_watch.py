"""A watch over real state, with a clock that the test turns."""

from keng.health.silence import SILENT_RULE
from keng.model.agency import Agency, InformationSystem, LogSourceEntry, Register
from keng.model.alert import Alert, AlertChange, AlertStatus, Disposition
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.runtime.health_watch import HealthWatch
from keng.state.alerts import AlertFilter, alerts, assign
from keng.state.cadences import cadences
from keng.state.database import State
from keng.state.register import load_register
from keng.state.sightings import Sighting, add_sightings

LOOK_US = 30_000_000
START = 1_790_000_000_000_000
REGISTER = Register(
    agencies=(Agency("bv", "Bệnh viện tỉnh", "Provincial Hospital", "hospital"),),
    systems=(InformationSystem("his", "bv", "HIS", "HIS", 4),),
    sources=(
        LogSourceEntry("bv-dc", "bv", "Máy chủ miền", system="his"),
        LogSourceEntry("bv-fw", "bv", "Tường lửa"),
    ),
)


class Province:
    """Two sources, each of which may be switched off."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.now = START
        self.published: list[AlertChange] = []
        with state.write() as conn:
            load_register(conn, REGISTER, START)
        self.watch = self.begin()

    def begin(self) -> HealthWatch:
        return HealthWatch(self.state, self.published.extend, lambda: self.now, 30.0)

    def run(self, looks: int, *speaking: str) -> None:
        for _n in range(looks):
            self.now += LOOK_US
            with self.state.write() as conn:
                add_sightings(conn, [Sighting(name, "bv", self.now, self.now, 1, 1) for name in speaking])
            self.watch.look()

    def silent(self, *statuses: AlertStatus) -> list[Alert]:
        with self.state.read() as conn:
            return alerts(conn, AlertFilter(rule_id=SILENT_RULE, statuses=statuses), None)


def test_a_silenced_source_raises_its_alarm_and_closes_it_when_it_speaks_again(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc", "bv-fw")
    province.run(40, "bv-fw")
    (alert,) = province.silent(AlertStatus.NEW)
    assert (alert.source, alert.agency, alert.severity, alert.system) == ("bv-dc", "bv", Severity.HIGH, "his")
    assert alert.title("vi") == "Nguồn nhật ký ngừng gửi"
    assert [change.kind for change in province.published] == ["new"]
    with state.read() as conn:
        assert cadences(conn, None)["bv-dc"].silent_since_us == START + 120 * LOOK_US

    province.run(1, "bv-dc", "bv-fw")
    (closed,) = province.silent(AlertStatus.CLOSED)
    assert closed.disposition is Disposition.BENIGN
    assert closed.reason
    with state.read() as conn:
        assert cadences(conn, None)["bv-dc"].silent_since_us == 0


def test_an_alarm_that_somebody_works_on_is_left_to_them(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc")
    province.run(40)
    (alert,) = province.silent()
    with state.write() as conn:
        assign(conn, alert.id, "lan", Actor("lan", ""), province.now)
    province.run(2, "bv-dc")
    assert [one.status for one in province.silent()] == [AlertStatus.IN_PROGRESS]


def test_what_was_learned_survives_a_restart_and_the_pause_does_not_count(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc")
    province.watch.save()
    province.now += 6 * 3_600_000_000  # the centre is down: nothing could be heard
    province.watch = province.begin()
    province.run(2)
    assert province.silent() == []
    province.run(20)
    assert len(province.silent()) == 1


def test_one_pause_is_one_alert_also_after_a_restart(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc")
    province.run(40)
    province.watch = province.begin()
    province.run(40)
    (alert,) = province.silent()
    assert alert.count == 1


def test_a_source_that_is_switched_off_in_the_register_is_not_missed(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc", "bv-fw")
    off = Register(
        agencies=REGISTER.agencies,
        systems=REGISTER.systems,
        sources=(REGISTER.sources[0], LogSourceEntry("bv-fw", "bv", "Tường lửa", enabled=False)),
    )
    with state.write() as conn:
        load_register(conn, off, province.now)
    province.run(40, "bv-dc")
    assert province.silent() == []


def many(number: int) -> Register:
    """Two agencies: a hundred sources each way, and four."""
    return Register(
        agencies=(
            Agency("bv", "Bệnh viện", "Hospital", "hospital"),
            Agency("so", "Sở", "Department"),
        ),
        sources=(
            *(LogSourceEntry(f"bv-{n:03}", "bv", f"Nguồn {n}") for n in range(number)),
            *(LogSourceEntry(f"so-{n}", "so", f"Nguồn {n}") for n in range(4)),
        ),
    )


def spoken(province: Province, looks: int, number: int, cut: frozenset[str] = frozenset()) -> None:
    """Each source in every `n`-th look, n from 1 to 5; not those of the agencies that are cut off."""
    for n in range(looks):
        province.now += LOOK_US
        speaking = [
            Sighting(one.id, one.agency, province.now, province.now, 1, 1)
            for m, one in enumerate(many(number).sources)
            if one.agency not in cut and (one.agency == "so" or n % (1 + m % 5) == 0)
        ]
        with province.state.write() as conn:
            add_sightings(conn, speaking)
        province.watch.look()


def test_a_network_that_is_cut_is_one_alarm_for_an_agency_and_ends_as_one(state: State) -> None:
    province = Province(state)
    with state.write() as conn:
        load_register(conn, many(40), START)
    spoken(province, 150, 40)
    assert province.silent() == []
    spoken(province, 60, 40, cut=frozenset({"bv"}))
    (alert,) = province.silent()
    assert alert.count == 40
    assert alert.agency == "bv"
    assert alert.title("vi") == "Nhiều nguồn nhật ký của một đơn vị cùng ngừng gửi"
    province.watch = province.begin()  # a restart does not forget it
    spoken(province, 40, 40, cut=frozenset({"bv", "so"}))
    assert sorted((one.agency, one.count) for one in province.silent()) == [("bv", 40), ("so", 4)]
    spoken(province, 10, 40)
    assert province.silent(AlertStatus.NEW) == []
    assert {one.reason for one in province.silent()} == {"The sources speak again; closed by Kẻng."}
    spoken(province, 150, 40)
    spoken(province, 60, 40, cut=frozenset({"bv"}))
    (again,) = province.silent(AlertStatus.NEW)
    assert again.id != alert.id


def test_two_of_an_agency_that_stop_are_two_alarms(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc", "bv-fw")
    province.run(40)
    assert len(province.silent()) == 2


def test_senders_get_a_moment_to_find_back_after_a_pause_of_ours(state: State) -> None:
    province = Province(state)
    province.run(120, "bv-dc")
    province.now += 3_600_000_000  # looks were left out: the pipeline was behind
    province.run(12)
    assert province.silent() == []
    province.run(8)
    assert len(province.silent()) == 1


def test_what_was_held_back_does_not_end_an_alarm(state: State) -> None:
    province = Province(state)
    for n in range(160):
        province.now += LOOK_US
        if n < 120:
            with state.write() as conn:
                add_sightings(conn, [Sighting("bv-dc", "bv", province.now, province.now, 1, 1, delay_us=0)])
        province.watch.look()
    assert len(province.silent(AlertStatus.NEW)) == 1
    for minute in (20, 15, 11):
        province.now += LOOK_US
        late = Sighting("bv-dc", "bv", province.now, province.now, 1, 1, delay_us=minute * 60_000_000)
        with state.write() as conn:
            add_sightings(conn, [late])
        province.watch.look()
    assert len(province.silent(AlertStatus.NEW)) == 1
    province.run(1, "bv-dc")
    assert province.silent(AlertStatus.NEW) == []
