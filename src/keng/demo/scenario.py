"""A scenario: what attackers do, step by step, as data.

Format 1 (YAML): `name` and `phases` with texts in vi and en; `values` for places; `campaign`, `noise` and
`follow_ups` are lists of steps. A step says when (`at`, and `every` with `times` to repeat), where (`host`),
what (`do`), and which `phase` it opens or belongs to. Times are seconds: `12`, `1.5`, or texts like `2m`.
"""

import re
from pathlib import Path

import msgspec

from keng.demo.actions import ACTIONS_OF_KIND, AnyAction
from keng.demo.background import unknown_places
from keng.demo.data_file import read_data_file
from keng.demo.fleet import Host
from keng.demo.places import Values
from keng.model.rejected import Rejected

MAX_REPEATS = 10_000
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)?")
_UNIT = {"s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        """In "vi" or "en"."""
        return self.en if language == "en" else self.vi


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """at: after the start of the scenario. every, times: repeated so often. jitter: at most so much later."""

    at: int | float | str
    host: str
    do: AnyAction | list[AnyAction]
    phase: str = ""
    every: int | float | str = 0
    times: int = 1
    jitter: int | float | str = 0
    user: str = ""

    @property
    def actions(self) -> list[AnyAction]:
        """What is done, in order, a tenth of a second apart."""
        return self.do if isinstance(self.do, list) else [self.do]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. cycle: the follow-ups repeat after so long; starts: when the campaign begins."""

    format: int
    name: Text
    campaign: list[Step]
    starts: int | float | str = 0
    cycle: int | float | str = 120
    phases: dict[str, Text] = {}
    values: Values = {}
    noise: list[Step] = []
    follow_ups: list[Step] = []


def seconds(time: float | str) -> float | None:
    """`12`, `1.5`, `"90s"`, `"2m"`, `"1h"` in seconds; None if it is not a time."""
    if isinstance(time, int | float):
        return float(time) if time >= 0 else None
    match = _TIME.fullmatch(time.strip())
    return float(match[1]) * _UNIT[match[2]] if match else None


def read_scenario(path: Path, hosts: tuple[Host, ...], values: Values) -> Scenario | Rejected:
    """The scenario, checked against the hosts it plays on. values: what places may hold beside its own."""
    scenario = read_data_file(path, Scenario)
    if isinstance(scenario, Rejected):
        return scenario
    if scenario.format != 1:
        return Rejected(f"format {scenario.format} is not known; this version reads format 1", str(path))
    by_name = {host.name: host for host in hosts}
    known = values | scenario.values
    for part in ("campaign", "noise", "follow_ups"):
        for index, step in enumerate(getattr(scenario, part)):
            problem = _problem(step, by_name, scenario, known)
            if problem:
                return Rejected(problem, f"{path}: {part}[{index}]")
    if not seconds(scenario.cycle) or seconds(scenario.starts) is None:
        return Rejected("`cycle` and `starts` must be times such as 90 or 2m", str(path))
    return scenario


def _problem(step: Step, hosts: dict[str, Host], scenario: Scenario, values: Values) -> str:
    if seconds(step.at) is None or seconds(step.every) is None or seconds(step.jitter) is None:
        return "`at`, `every` and `jitter` must be times such as 90, 1.5 or 2m"
    if not 1 <= step.times <= MAX_REPEATS:
        return f"`times` must be from 1 to {MAX_REPEATS}"
    host = hosts.get(step.host)
    if host is None:
        return f"host {step.host!r} is not in the fleet"
    if step.phase and step.phase not in scenario.phases:
        return f"phase {step.phase!r} is not among `phases`"
    if step.user and step.user not in {person.account for person in host.people}:
        return f"{step.user!r} does not work at {host.agency!r}"
    for action in step.actions:
        if not isinstance(action, ACTIONS_OF_KIND[host.kind]):
            return f"host {host.name} ({host.kind}) cannot log {type(action).__name__}"
    unknown = unknown_places(step.actions, values)
    return f"unknown places: {', '.join(sorted(unknown))}" if unknown else ""
