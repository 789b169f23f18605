"""NetFlow 5 and 9 and IPFIX: datagrams of an exporter to flows, by the `netflow` library's registry of fields.

    version 5    header of 24 bytes, then at most 30 flows of 48 bytes
    version 9    header of 20 bytes, then sets: templates (0), templates of options (1), data (256 and above)
    IPFIX        header of 16 bytes with the message's length, then sets: templates (2), of options (3), data

Templates are remembered by exporter and domain, within bounds; a datagram's own templates are read before its data. Data
whose template has not come yet is refused, and counted as such: nothing else can be done with it. The walk through the
sets is ours and checks each length: the library's own loops trust the datagram and may never end.
Fields of a flow: the registry's names (sourceIPv4Address, octetDeltaCount, …), and under "netflow" version, exporter,
domain, template, exported (seconds since the epoch) and uptime (ms).
"""

import struct
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from keng.formats.base import Item, rejected
from keng.formats.netflow_values import V5_LENGTH, VARIABLE, Field, field, v5_flow, value_of
from keng.i18n import _
from keng.model.record import Record
from keng.model.rejected import Rejected

NAME = "netflow"
MAX_DOMAINS = 4096
MAX_TEMPLATES = 512
MAX_FIELDS = 512
MAX_FLOWS = 4096
"""Flows of one datagram. A longer one is hostile: 65,507 bytes hold some 1,500 real ones."""


class Template(NamedTuple):
    """fields in order; shortest: bytes of a record at least; options: its data describes the exporter, not flows."""

    fields: tuple[Field, ...]
    shortest: int
    options: bool


class _Header(NamedTuple):
    version: int
    length: int
    exported: int
    uptime: int
    domain: int


class _DamagedError(Exception):
    """A length that cannot be. Says where."""


class NetflowDecoder:
    """Decodes datagrams; remembers the templates of at most MAX_DOMAINS exporters and domains, the oldest leave."""

    def __init__(self) -> None:
        self._templates: OrderedDict[tuple[str, int, int], OrderedDict[int, Template]] = OrderedDict()

    def decode(self, exporter: str, datagram: bytes) -> Iterator[Item]:
        """The flows of one datagram as records, numbered from 1; what cannot be read as refusals. Never raises."""
        try:
            header = _header(datagram)
        except _DamagedError as damage:
            yield rejected(_("no NetFlow or IPFIX"), str(damage), datagram)
            return
        place = {
            "version": header.version,
            "exporter": exporter,
            "domain": header.domain,
            "exported": header.exported,
            "uptime": header.uptime,
        }
        number = 0
        for flow in self._flows(exporter, header, datagram):
            if isinstance(flow, Rejected):
                yield flow
                continue
            number += 1
            if number > MAX_FLOWS:
                yield rejected(_("more than {limit} flows in one datagram", limit=MAX_FLOWS), "", datagram)
                return
            template, fields = flow
            yield Record(NAME, {NAME: {**place, "template": template}, **fields}, number)

    def flows_as_json(self, exporter: str, datagram: bytes) -> list[bytes | Rejected]:
        """The same for a journal: each flow as JSON text, which `parse_record` reads back."""
        return [
            item if isinstance(item, Rejected) else orjson.dumps(item.fields)
            for item in self.decode(exporter, datagram)
        ]

    def _flows(
        self, exporter: str, header: _Header, data: bytes
    ) -> Iterator[tuple[int, dict[str, Any]] | Rejected]:
        if header.version == 5:
            for at in range(24, header.length, V5_LENGTH):
                yield 0, v5_flow(data[at : at + V5_LENGTH])
            return
        known = self._known((exporter, header.version, header.domain))
        sets, damage = _sets(data, 20 if header.version == 9 else 16, header.length)
        for number, start, end in sets:
            if number < 256:
                try:
                    _learn(known, header.version, number, data[start:end])
                except _DamagedError as error:
                    yield rejected(
                        _("a template that cannot be read"), f"byte {start}, {error}", data[start - 4 : end]
                    )
        for number, start, end in sets:
            if number < 256:
                continue
            template = known.get(number)
            if template is None:
                yield rejected(
                    _("flows whose template has not come yet"),
                    f"template {number} of domain {header.domain}",
                    data[start - 4 : end],
                )
            elif not template.options:
                known.move_to_end(number)
                yield from ((number, flow) for flow in _records(template, data, start, end))
        if damage:
            yield rejected(_("a set whose length cannot be"), damage, data)

    def _known(self, key: tuple[str, int, int]) -> OrderedDict[int, Template]:
        known = self._templates.get(key)
        if known is None:
            known = self._templates[key] = OrderedDict()
            if len(self._templates) > MAX_DOMAINS:
                self._templates.popitem(last=False)
        else:
            self._templates.move_to_end(key)
        return known


def _header(data: bytes) -> _Header:
    version = int.from_bytes(data[:2], "big")
    if version == 5 and len(data) >= 24:
        count, uptime, seconds = struct.unpack("!HII", data[2:12])
        length = 24 + count * V5_LENGTH
        if not 0 < count <= MAX_FLOWS or length > len(data):
            raise _DamagedError("byte 2")
        return _Header(5, length, seconds, uptime, data[21])
    if version == 9 and len(data) >= 24:
        uptime, seconds, _sequence, domain = struct.unpack("!IIII", data[4:20])
        return _Header(9, len(data), seconds, uptime, domain)
    if version == 10 and len(data) >= 16:
        length, seconds, _sequence, domain = struct.unpack("!HIII", data[2:16])
        if not 16 <= length <= len(data):
            raise _DamagedError("byte 2")
        return _Header(10, length, seconds, 0, domain)
    raise _DamagedError("byte 0")


def _sets(data: bytes, start: int, end: int) -> tuple[list[tuple[int, int, int]], str]:
    """(number, first byte, end) of each set; and where the walk stopped, if a length was wrong."""
    found: list[tuple[int, int, int]] = []
    while end - start >= 4:
        number, length = struct.unpack_from("!HH", data, start)
        if length < 4 or start + length > end:
            return found, f"byte {start}"
        found.append((number, start + 4, start + length))
        start += length
    return found, ""


def _learn(known: OrderedDict[int, Template], version: int, number: int, data: bytes) -> None:
    """Take the templates of a set; sets of any other number below 256 are reserved, and skipped."""
    first = 0 if version == 9 else 2
    if number not in (first, first + 1):
        return
    options = number == first + 1
    at = 0
    # What is shorter than a template's header is padding.
    while len(data) - at >= (6 if options else 4):
        template, count = struct.unpack_from("!HH", data, at)
        if template < 256:
            return
        if version == 10 and count == 0:
            known.pop(template, None)
            at += 4
            continue
        if options:
            # Version 9 gives two lengths in bytes, IPFIX the number of fields and how many of them are scopes.
            more = struct.unpack_from("!H", data, at + 4)[0]
            count = (count + more) // 4 if version == 9 else count
            at += 6
        else:
            at += 4
        fields, at = _fields(data, at, count, version)
        shortest = sum(1 if one.length == VARIABLE else one.length for one in fields)
        if not shortest:
            raise _DamagedError(f"template {template}")
        known[template] = Template(fields, shortest, options)
        known.move_to_end(template)
        if len(known) > MAX_TEMPLATES:
            known.popitem(last=False)


def _fields(data: bytes, at: int, count: int, version: int) -> tuple[tuple[Field, ...], int]:
    if not 0 < count <= MAX_FIELDS:
        raise _DamagedError(f"byte {at}")
    found: list[Field] = []
    for _one in range(count):
        if len(data) - at < 4:
            raise _DamagedError(f"byte {at}")
        number, length = struct.unpack_from("!HH", data, at)
        at += 4
        enterprise = 0
        if version == 10 and number & 0x8000:
            if len(data) - at < 4:
                raise _DamagedError(f"byte {at}")
            number, enterprise = number & 0x7FFF, int.from_bytes(data[at : at + 4], "big")
            at += 4
        found.append(field(number, length, enterprise))
    return tuple(found), at


def _records(template: Template, data: bytes, at: int, end: int) -> Iterator[dict[str, Any]]:
    """Each record of a set; what is shorter than one is padding."""
    while end - at >= template.shortest:
        flow: dict[str, Any] = {}
        for one in template.fields:
            length = one.length
            if length == VARIABLE:
                if at >= end:
                    return
                length = data[at]
                at += 1
                if length == 255:
                    length = int.from_bytes(data[at : at + 2], "big")
                    at += 2
            if at + length > end:
                return
            flow[one.name] = value_of(one, data[at : at + length])
            at += length
        yield flow
