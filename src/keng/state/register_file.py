"""The register file (YAML): read whole, checked whole, or refused with the path and line of the first problems.

    agencies:
      - id: benh-vien-tinh            # lower-case letters, digits, hyphen
        name: {vi: Bệnh viện đa khoa tỉnh, en: Provincial General Hospital}
        kind: hospital
        address: …
        contacts: [{name: …, role: …, phone: …, email: …}]
        systems:
          - id: his
            name: {vi: …, en: …}
            level: 3                  # 1 to 5
        sources:
          - id: bv-windows
            name: Windows của bệnh viện
            kind: windows
            transport: elastic_bulk   # or splunk_hec, otlp, syslog, syslog_tls, lines, netflow
            system: his
            hostnames: [fw-bv]        # syslog only: names that its messages carry
            addresses: [10.1.2.0/24]  # syslog, lines, netflow: addresses or networks that it sends from;
                                      # lines: also a socket of this machine, as unix:/run/keng/eve.sock
            enabled: true
            time_zone: UTC            # of its clock, for times that name no zone; default: the centre's own

Aliases are refused (they can blow up a small file), as are files over 5 MiB.
"""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml
from yaml.constructor import SafeConstructor

from keng.i18n import _
from keng.model.agency import MAX_LEVEL, Agency, Contact, InformationSystem, LogSourceEntry, Register
from keng.model.rejected import Rejected
from keng.model.time_zone import time_zone

MAX_BYTES = 5 * 1024 * 1024
MAX_PROBLEMS = 20
MAX_DEPTH = 30
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
TRANSPORTS = ("elastic_bulk", "splunk_hec", "otlp", "syslog", "syslog_tls", "lines", "netflow")


class _Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vi: str = ""
    en: str = ""


class _System(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: _Name
    level: int
    description: str = ""


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str = ""
    kind: str = ""
    transport: str = "elastic_bulk"
    system: str = ""
    hostnames: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    enabled: bool = True
    time_zone: str = ""


class _Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: _Name
    kind: str = ""
    address: str = ""
    contacts: tuple[Contact, ...] = ()
    systems: tuple[_System, ...] = ()
    sources: tuple[_Source, ...] = ()


def read_register(path: Path) -> Register | tuple[Rejected, ...]:
    """Read and check a register file; at most 20 problems, each with `line N: path`. OSError if unreadable."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return (Rejected(_("a register file has at most 5 MiB")),)
    return parse_register(data)


def parse_register(data: bytes) -> Register | tuple[Rejected, ...]:
    """The same on bytes. Pure."""
    try:
        if (dangerous := _dangerous(data)) is not None:
            return (dangerous,)
        tree = yaml.compose(data, Loader=yaml.CSafeLoader)
        document = SafeConstructor().construct_document(tree) if tree is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        reason = getattr(problem, "problem", None) or str(problem)
        return (
            Rejected(_("no valid YAML: {reason}", reason=reason), f"line {mark.line + 1}" if mark else ""),
        )
    if not isinstance(document, dict) or not isinstance(document.get("agencies"), list):
        return (Rejected(_("a register file has a list “agencies” at its top"), "line 1"),)
    unknown = sorted(str(key) for key in document if key != "agencies")
    problems = [Rejected(_("unknown key “{key}”", key=key[:80]), _where(tree, (key,))) for key in unknown]
    agencies: list[tuple[int, _Agency]] = []
    for index, entry in enumerate(document["agencies"]):
        try:
            agencies.append((index, msgspec.convert(entry, _Agency)))
        except msgspec.ValidationError as problem:
            reason, _at, tail = str(problem).partition(" - at `$")
            problems.append(Rejected(reason, _where(tree, ("agencies", index, *_steps(tail.rstrip("`"))))))
    problems.extend(
        Rejected(reason, _where(tree, ("agencies", *steps))) for steps, reason in _inconsistencies(agencies)
    )
    return tuple(problems[:MAX_PROBLEMS]) if problems else _register([agency for _, agency in agencies])


def _dangerous(data: bytes) -> Rejected | None:
    """Aliases, and nesting on which the parser behind `compose` would overflow the C stack."""
    depth = 0
    for token in yaml.scan(data, Loader=yaml.CSafeLoader):
        line = f"line {token.start_mark.line + 1}"
        if isinstance(token, yaml.AliasToken):
            return Rejected(_("YAML aliases (*name) are not taken here: write the value out"), line)
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            return Rejected(_("nested more than {depth} deep", depth=MAX_DEPTH), line)
    return None


def _register(agencies: list[_Agency]) -> Register:
    return Register(
        tuple(Agency(a.id, a.name.vi, a.name.en, a.kind, a.address, a.contacts) for a in agencies),
        tuple(
            InformationSystem(s.id, a.id, s.name.vi, s.name.en, s.level, s.description)
            for a in agencies
            for s in a.systems
        ),
        tuple(
            LogSourceEntry(
                s.id,
                a.id,
                s.name or s.id,
                s.kind,
                s.transport,
                s.system,
                tuple(name.lower() for name in s.hostnames),
                s.addresses,
                s.enabled,
                s.time_zone,
            )
            for a in agencies
            for s in a.sources
        ),
    )


def _inconsistencies(agencies: list[tuple[int, _Agency]]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(index in the file, agency) pairs → path below `agencies`, and what is wrong there: ids, levels, names, references."""
    seen: dict[str, set[str]] = {"agency": set(), "system": set(), "source": set()}
    for index, agency in agencies:
        yield from _check_id(agency.id, seen["agency"], (index, "id"))
        yield from _check_name(agency.name, (index, "name"))
        for number, system in enumerate(agency.systems):
            at = (index, "systems", number)
            yield from _check_id(system.id, seen["system"], (*at, "id"))
            yield from _check_name(system.name, (*at, "name"))
            if not 1 <= system.level <= MAX_LEVEL:
                yield (*at, "level"), _("a level is 1 to 5, not {level}", level=system.level)
        own = {system.id for system in agency.systems}
        for number, source in enumerate(agency.sources):
            at = (index, "sources", number)
            yield from _check_id(source.id, seen["source"], (*at, "id"))
            yield from _check_source(source, own, at)


def _check_id(
    entry_id: str, seen: set[str], at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not 1 <= len(entry_id) <= 64 or entry_id.strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
        yield at, _("an id has 1 to 64 lower-case letters, digits and hyphens, not “{id}”", id=entry_id[:80])
    elif entry_id in seen:
        yield at, _("the id “{id}” is used twice", id=entry_id)
    seen.add(entry_id)


def _check_name(name: _Name, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not name.vi and not name.en:
        yield at, _("a name is needed in “vi” or “en”")


def _check_source(
    source: _Source, systems: set[str], at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if source.transport not in TRANSPORTS:
        yield (
            (*at, "transport"),
            _(
                "a transport is one of {known}, not “{transport}”",
                known=", ".join(TRANSPORTS),
                transport=source.transport[:40],
            ),
        )
    if source.time_zone and time_zone(source.time_zone) is None:
        yield (*at, "time_zone"), unknown_zone(source.time_zone)
    if source.system and source.system not in systems:
        yield (*at, "system"), _("this agency has no system “{system}”", system=source.system[:64])
    if source.transport == "syslog" and not source.hostnames and not source.addresses:
        yield (
            at,
            _("a syslog source needs “hostnames” or “addresses”, so that its messages can be told apart"),
        )
    if source.transport == "netflow" and not source.addresses:
        yield at, _("a netflow source needs “addresses”, so that its datagrams can be told apart")
    for number, address in enumerate(source.addresses):
        if source.transport == "lines" and address.startswith("unix:/"):
            continue
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            yield (*at, "addresses", number), _("no address or network: “{address}”", address=address[:64])


def unknown_zone(name: str) -> str:
    """What is said of a time zone that nobody knows."""
    return _("no time zone: “{name}”; write Asia/Ho_Chi_Minh, UTC or +07:00", name=name[:64])


def _steps(path: str) -> tuple[str | int, ...]:
    """msgspec's `.systems[0].level` as steps."""
    steps: list[str | int] = []
    for part in path.replace("[", ".[").split("."):
        if part.startswith("[") and part[1:-1].isdigit():
            steps.append(int(part[1:-1]))
        elif part and not part.startswith("["):
            steps.append(part)
    return tuple(steps)


def _where(tree: Any, steps: tuple[str | int, ...]) -> str:
    """`line N: agencies[0].systems[1].level`; the line of the nearest thing that exists."""
    node, line = tree, tree.start_mark.line
    for step in steps:
        node = _child(node, step)
        if node is None:
            break
        line = node.start_mark.line
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return f"line {line + 1}: {path.lstrip('.')}"


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None
