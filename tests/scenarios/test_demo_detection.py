"""The demo's records through our own formats, normalisation and rules: all are read, attacks are seen, quiet is quiet."""

import functools
from collections import defaultdict

from keng.demo.generate import Generator, Province, Wire
from keng.demo.province import DemoData, read_demo
from keng.detect.sigma import Detector, load_rules
from keng.formats.recognise import parse_record
from keng.model.detection import Detection
from keng.model.event import Event
from keng.model.record import Record
from keng.model.severity import Severity
from keng.normalise.normalise import to_event
from keng.resources import packs_dir, rules_dir

SECOND = 1_000_000
MORNING = 1_763_949_600 * SECOND  # 9 o'clock in Việt Nam, on a Monday


@functools.cache
def province() -> Province:
    data = read_demo(packs_dir() / "vn" / "demo")
    assert isinstance(data, DemoData), data
    return data.province


def event(wire: Wire, number: int, hints: dict[str, str]) -> Event:
    record = parse_record(wire.data, hints.get(wire.source, ""))
    assert isinstance(record, Record), (wire, record)
    hints[wire.source] = record.format
    made = to_event(record, wire.time_us)
    assert made.parsed, wire
    assert abs(made.time_us - wire.time_us) <= SECOND, wire
    made.id, made.source, made.agency = f"{number:032x}", wire.source, wire.source.partition("-")[0]
    return made


def detect(wires: list[Wire]) -> tuple[list[Event], list[Detection]]:
    hints: dict[str, str] = {}
    events = [event(wire, number, hints) for number, wire in enumerate(wires)]
    detector = Detector(load_rules([rules_dir()]))
    return events, [*detector.feed(events), *detector.flush()]


def test_every_record_is_read_and_gets_the_log_source_of_its_machine() -> None:
    wires = list(Generator(province(), 1, 400).play(MORNING, MORNING + 30 * SECOND))
    kinds = {host.source: host.kind for host in province().hosts}
    events, _detections = detect(wires)
    found: dict[str, set[tuple[str, str, tuple[str, ...]]]] = defaultdict(set)
    for one in events:
        found[kinds[one.source]].add(one.logsource)
        assert one.host
    assert {source[0] for source in found["windows"]} == {"windows"}
    assert {source[1] for source in found["windows"]} >= {"sysmon", "security"}
    assert {source[0] for source in found["linux"]} == {"linux"}
    assert {source[1] for source in found["linux"]} >= {"sshd", "sudo", "cron"}
    assert all("webserver" in source[2] for source in found["web"])
    # Traffic lines only: somebody's sign-in to the firewall is no connection.
    traffic = [one for one in events if kinds[one.source] == "firewall" and 'type="traffic"' in one.raw]
    assert traffic
    assert all("firewall" in one.logsource.categories for one in traffic)
    assert all({"action", "src_ip", "dst_ip", "dst_port"} <= one.fields.keys() for one in traffic)
    assert {source[:2] for source in found["zeek"]} == {("zeek", "conn"), ("zeek", "dns")}
    assert {source[0] for source in found["suricata"]} == {"suricata"}


def test_every_phase_of_the_campaign_is_seen_by_our_rules() -> None:
    wires = list(Generator(province(), 1, 50).play(MORNING, MORNING + 130 * SECOND))
    _events, detections = detect(wires)
    phases: dict[str, Severity] = {}
    for found in detections:
        phase = wires[int(found.event.id, 16)].phase
        assert phase, f"an ordinary record raised {found.rule.title}: {found.event.raw[:300]}"
        phases[phase] = max(phases.get(phase, Severity.INFORMATIONAL), found.rule.severity)
    # The mail itself is a line of a mail server like any other: it is seen when its attachment acts.
    assert set(phases) == set(province().scenario.phases) - {"mail"}
    for phase in ("foothold", "persistence", "credentials", "spread1", "spread2", "tunnel", "theft", "cover"):
        assert phases[phase] >= Severity.HIGH, phase


def test_an_ordinary_morning_raises_no_alert() -> None:
    wires = list(Generator(province(), 7, 400).history(MORNING, MORNING + 90 * SECOND))
    _events, detections = detect(wires)
    assert [found.rule.title for found in detections] == []


def test_visitors_of_public_sites_raise_no_alert_over_a_whole_correlation_window() -> None:
    whole = province()
    sites = whole._replace(hosts=tuple(host for host in whole.hosts if host.kind == "web"))
    wires = list(Generator(sites, 3, 110).history(MORNING, MORNING + 330 * SECOND))
    _events, detections = detect(wires)
    assert [found.rule.title for found in detections] == []
