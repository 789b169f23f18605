"""Profiles of quiet, ordinary traffic: what a machine of a kind does all day, and when."""

from pathlib import Path
from typing import Any

import msgspec

from keng.demo.actions import ACTIONS_OF_KIND, AnyAction
from keng.demo.data_file import read_data_file
from keng.demo.fleet import Host
from keng.demo.places import BUILT_IN, Values, places_of
from keng.model.rejected import Rejected

HOURS = 24
_UTC_OFFSET_HOURS = 7  # the rhythm is that of a working day in Việt Nam


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """rhythm: name of a daily rhythm. events: actions, chosen by their weight."""

    rhythm: str
    events: list[AnyAction]


class Background(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """rhythms: 24 shares of the busy hour, 0 to 1, local time. values: what places may hold. profiles by name."""

    rhythms: dict[str, list[float]]
    profiles: dict[str, Profile]
    values: Values = {}

    def share(self, profile: str, time_us: int) -> float:
        """Share of the busy hour's traffic at this time, between the hours' values."""
        rhythm = self.rhythms[self.profiles[profile].rhythm]
        hours = time_us / 3_600_000_000 + _UTC_OFFSET_HOURS
        hour, part = int(hours) % HOURS, hours % 1
        return rhythm[hour] * (1 - part) + rhythm[(hour + 1) % HOURS] * part


def read_background(path: Path) -> Background | Rejected:
    """The background file, checked in itself."""
    background = read_data_file(path, Background)
    if isinstance(background, Rejected):
        return background
    for name, rhythm in background.rhythms.items():
        if len(rhythm) != HOURS or not all(0 <= share <= 1 for share in rhythm):
            return Rejected(f"rhythm {name!r} needs 24 numbers from 0 to 1", str(path))
    for name, profile in background.profiles.items():
        if profile.rhythm not in background.rhythms:
            return Rejected(
                f"profile {name!r} names the rhythm {profile.rhythm!r}, which is not there", str(path)
            )
        if not profile.events or sum(action.weight for action in profile.events) <= 0:
            return Rejected(f"profile {name!r} has no events with a weight", str(path))
        unknown = unknown_places(profile.events, background.values)
        if unknown:
            return Rejected(f"profile {name!r} uses unknown places: {', '.join(sorted(unknown))}", str(path))
    return background


def misfits(background: Background, hosts: tuple[Host, ...]) -> list[str]:
    """What does not fit together between hosts and profiles: one sentence each."""
    problems = []
    for host in hosts:
        profile = background.profiles.get(host.profile)
        if profile is None:
            problems.append(f"host {host.name}: no profile {host.profile!r}")
            continue
        wrong = {type(a).__name__ for a in profile.events if not isinstance(a, ACTIONS_OF_KIND[host.kind])}
        if wrong:
            problems.append(f"host {host.name} ({host.kind}) cannot log {', '.join(sorted(wrong))}")
    return problems


def unknown_places(value: Any, values: Values) -> set[str]:
    """Names of places in any texts of `value` that neither the values nor the built-in places know."""
    found: set[str] = set()
    stack = [msgspec.to_builtins(value)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            found.update(places_of(item))
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return found - set(values) - BUILT_IN
