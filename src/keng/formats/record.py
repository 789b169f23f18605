"""One record as it arrives alone: from the network, or as a line of a text file whose lines are of many kinds.

A format that stood in a syslog line keeps the line's header under `@syslog` (time stamp, host, program, message).
"""

import re
from collections.abc import Iterator

import orjson

from keng.formats import (
    auditd,
    carried,
    dhcpd,
    event_xml,
    json_records,
    otlp_lines,
    snare,
    syslog,
    syslog_json,
    w3c_extended,
    web_access,
    windows_dns,
    windows_shipped,
)
from keng.formats.base import HEADER, HOST, Item, Passed, Readable, Sieve, rejected
from keng.formats.envelope import carried_object, carried_text
from keng.formats.json_shape import host_of, original_text, own_text
from keng.formats.lines import read_lines
from keng.formats.text import Rewound, decode, encoding_of, read_head
from keng.i18n import _
from keng.model.multiline import joined
from keng.model.record import Record
from keng.model.rejected import Rejected

_WEB_PROGRAMS = (
    "nginx",
    "apache",
    "apache2",
    "httpd",
    "caddy",
    "lighttpd",
    "haproxy",
    "web",
    "access",
    "traefik",
    "varnishncsa",
)
# rsyslog's own way of writing to files: told at once, since other formats also begin with a date.
_RSYSLOG = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d) (?!(?:INFO|WARN|ERROR|DEBUG|TRACE|FATAL) )"
    r"[\w.\-]{1,255} [^\s:\[\]{}\"]{1,128}(?:\[\d{1,10}\])?: ",
    re.ASCII,
)
# The kernel's uptime, before what it says of audit.
_UPTIME = re.compile(r"\[ {0,8}\d{1,8}\.\d{1,9}\] ")
# Containers' logs as Kubernetes' runtime writes them.
_CRI = re.compile(r"\d{4}-\d\d-\d\dT\S{8,30} std(?:out|err) [FP] ")
_ACCESS_TIME = re.compile(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:", re.ASCII)
_PRIORITY = re.compile(r"<\d{1,3}>\s{0,2}")


def parse_record(raw: bytes, hint: str = "", position: int = 1) -> Record | Rejected:
    """Read one record: a JSON object in any known shape, a syslog line and what it carries, a line of a known format.

    hint: the format that the source's last record had; tried first. A shipper's JSON document that only
    carries a line of text yields that line's record, with the document's host under `@host`.
    """
    first = raw[:2]
    if (
        first == b'{"'
        or (first[:1] == b"{" and first != b"{\0")
        or raw[:4].lstrip(b"\xef\xbb\xbf \t")[:1] == b"{" != first[:1]
    ):
        item = json_records.parse_object(raw.removeprefix(b"\xef\xbb\xbf"), position)
        if isinstance(item, Record) and item.format == "json":
            return _carried(item) or item
        return item
    return parse_line(raw, position, hint)


def parse_line(raw: bytes, position: int, hint: str = "") -> Record | Rejected:
    """One line of text; formats inside syslog come out as themselves."""
    # Zero bytes stand before a line where a crash left a hole in its file.
    text = decode(raw).rstrip("\r\n\0").lstrip("\0\ufeff")
    if not text.strip():
        return rejected(_("empty record"), f"line {position}", raw)
    if hint == "web_access" and web_access.carries(text):
        return web_access.parse_text(text, position)
    if text.startswith(("type=", "node=")) and auditd.carries(text):
        return auditd.parse_text(text, position, raw)
    if text[:6] == "<Event" and event_xml.carries(text):
        return event_xml.parse_text(text, position, text)
    if " std" in text[18:42] and (container := _CRI.match(text)):
        written = text[container.end() :]
        if _CRI.match(written):
            return rejected(_("no known log format"), f"line {position}", raw)
        found_inside = parse_record(written.encode("utf-8", "replace"), hint, position)
        return (
            found_inside
            if isinstance(found_inside, Record)
            else rejected(found_inside.reason, f"line {position}", raw)
        )
    dated = text[:2] == "20" and text[4:5] == "-" and not (text[10:11] == "T" and _RSYSLOG.match(text))
    if '"' in text and "] " in text and not dated and text[0].isdigit():
        # An address, and after it what only an access log has: no syslog line begins so.
        web = web_access.parse_text(text, position)
        if isinstance(web, Record):
            return web
    if (dated or hint[:12] == w3c_extended.NAME or text[0] == "#") and (
        found := w3c_extended.fields_of(text, hint) or (carried.of_dated(text) if dated else None)
    ):
        return Record(found[0], found[1], position, text)
    item = syslog.parse(raw, position)
    if isinstance(item, Record):
        return _inside_syslog(item)
    if web_access.carries(text):
        return web_access.parse_text(text, position)
    priority = _PRIORITY.match(text)
    if found := carried.of_line(text[priority.end() :] if priority else text):
        return Record(found[0], found[1], position, text)
    if priority and (plain := syslog.bare(text, position)):
        return _inside_syslog(plain)
    if b"\0" in raw[:4] and (encoding := encoding_of(raw))[0] != "utf-8":
        # An agent of Windows that sends its own encoding.
        inner = parse_record(raw[encoding[1] :].decode(encoding[0], "replace").encode(), hint, position)
        return inner if isinstance(inner, Record) else rejected(inner.reason, inner.position, raw)
    return rejected(_("no known log format"), f"line {position}", raw)


def read_text(source: Readable) -> Iterator[Item]:
    """A text file of syslog lines and what syslog carries."""
    return auditd.with_context(_lines(source))


def read_events(source: Readable) -> Iterator[Item]:
    """Windows event XML: one event a line among other lines, or a document."""
    head = read_head(source)
    whole = Rewound(head, source)
    return read_text(whole) if event_xml.by_lines(head) else event_xml.read_document(whole)


def read_json(source: Readable) -> Iterator[Item]:
    """A JSON input; a shipper's document that only carries a line of text yields that line's record."""
    for item in sift_json(source, None):
        assert not isinstance(item, Passed)
        yield item


def sift_json(source: Readable, sieve: Sieve | None) -> Iterator[Item | Passed]:
    """The same without those lines that the sieve does not want."""
    return auditd.with_context(_opened(json_records.sifted(source, sieve, parse_line)))


def _opened(items: Iterator[Item | Passed]) -> Iterator[Item | Passed]:
    for item in items:
        if isinstance(item, Record) and item.format == "json":
            if "resourceLogs" in item.fields or "scopeLogs" in item.fields:
                for document in otlp_lines.documents(item.fields):
                    text = orjson.dumps(document).decode()
                    one = json_records.record_of(document, item.position, text)
                    yield (_carried(one) if one.format == "json" else None) or one
                continue
            yield _carried(item) or item
        else:
            yield item


def _lines(source: Readable) -> Iterator[Item]:
    hint = ""
    for number, line in joined(read_lines(source)):
        if isinstance(line, Rejected):
            item: Item = line
        else:
            item = parse_record(line, hint, number) if line[:1] == b"{" else parse_line(line, number, hint)
        if isinstance(item, Record):
            hint = item.format
            if w3c_extended.DIRECTIVE in item.fields:
                continue
        elif isinstance(line, bytes) and (
            (hint in ("", "windows_dns") and windows_dns.explains(line))
            or (hint in ("", "auditd") and auditd.explains(line))
            or (hint in ("", "dhcpd") and dhcpd.explains(line))
        ):
            continue
        yield item


def _inside_syslog(item: Record, inside: bool = False) -> Record:
    """The record that a syslog message holds, or the syslog record itself. `inside`: the line stood in another's message."""
    fields = item.fields
    message = fields["message"]
    host = fields.get("hostname", "")
    if "audit(" in message and auditd.carries(message := _UPTIME.sub("", message, count=1)):
        inner = auditd.parse_text(message, item.position, b"", host, item.raw)
        return inner if isinstance(inner, Record) else item
    if fields.get("program") == "audit" and (own := auditd.journal_fields(message)) is not None:
        own.update({HOST: host, "@stamp": fields.get("timestamp", "")})
        return Record("auditd", own, item.position, item.raw)
    data = fields.get("structured_data")
    if type(data) is dict and (windows := windows_shipped.structured(data, fields)) is not None:
        return Record("windows_flat", windows, item.position, item.raw)
    if "\t" in message and (event_fields := snare.fields_of(fields.get("program", ""), message)) is not None:
        event_fields.setdefault(HOST, host)
        return Record("windows_flat", event_fields, item.position, item.raw)
    start = message.lstrip()
    if start[:6] == "<Event" and event_xml.carries(start):
        event = event_xml.parse_text(start, item.position, item.raw)
        return event if isinstance(event, Record) else item
    if start[:1] == "{" or start.startswith("@cee:"):
        parsed = json_records.parse_object(start.removeprefix("@cee:").strip().encode(), item.position)
        if isinstance(parsed, Record) and parsed.format != "json":
            parsed.fields.setdefault(HOST, host)
            return Record(parsed.format, parsed.fields, item.position, item.raw)
        opened = _carried(parsed) if isinstance(parsed, Record) else None
        if opened is None or opened.format == "json":
            return item
        opened.fields.setdefault(HOST, host)
        return Record(opened.format, opened.fields, item.position, item.raw)
    if '"' in message and "] " in message and fields.get("program", "").lower().startswith(_WEB_PROGRAMS):
        web = web_access.parse_text(message, item.position, b"", host, item.raw)
        if isinstance(web, Record):
            return web
    if found := carried.of_message(fields.get("program", ""), message):
        found[1][HEADER] = fields
        return Record(found[0], found[1], item.position, item.raw)
    program = fields.get("program", "")
    return (None if inside or carried.is_plain(program) else _forwarded(item, start)) or item


def _forwarded(item: Record, line: str) -> Record | None:
    """A whole line of another program's file, that a forwarder (rsyslog's imfile, syslog-ng) gave a header with its own tag."""
    fields = item.fields
    if '"' in line and _ACCESS_TIME.search(line, 0, 512):
        web = web_access.parse_text(line, item.position, b"", str(fields.get("hostname", "")), item.raw)
        if isinstance(web, Record):
            return web
    if not carried.may_be_line(line):
        return None
    if line[0].isalpha() and isinstance(
        own := syslog.parse(line.encode("utf-8", "replace"), item.position), Record
    ):
        return _inside_syslog(Record(own.format, own.fields, item.position, item.raw), inside=True)
    dated = line[:2] == "20" and line[4:5] == "-"
    if found := (w3c_extended.fields_of(line, "") if dated else None) or carried.of_forwarded(line):
        found[1][HEADER] = fields
        return Record(found[0], found[1], item.position, item.raw)
    return None


def _carried(item: Record) -> Record | None:
    """The record inside a collector's delivery, or that of the text inside a shipper's document."""
    if (delivered := carried_object(item.fields)) is not None:
        found = json_records.record_of(delivered, item.position, item.raw)
        if found.format == "json":
            return found if "event" in item.fields else None
        if host := host_of(item.fields):
            found.fields.setdefault(HOST, host)
        return found
    if (fields := syslog_json.fields_of(item.fields)) is not None:
        return _inside_syslog(Record(syslog_json.NAME, fields, item.position, item.raw))
    text = own_text(item.fields) or carried_text(item.fields)
    found_inside = _written(item, text) if text else None
    if found_inside is None and (whole := original_text(item.fields)) not in ("", text):
        # The message was taken out of the line, which stands beside it.
        found_inside = _written(item, whole)
    return found_inside


def _written(item: Record, text: str) -> Record | None:
    """The record of a text inside a shipper's document."""
    if text.lstrip()[:1] == "{":
        inner: Item = json_records.parse_object(text.strip().encode("utf-8", "replace"), item.position)
        if isinstance(inner, Record) and inner.format == "json":
            return _carried(inner)
    elif event_xml.carries(text):
        inner = event_xml.parse_text(text, item.position)
    else:
        # `keng send` names the columns beside a W3C row: the directive that names them stands elsewhere in its file.
        columns = item.fields.get("log.columns")
        hint = f"{w3c_extended.NAME} {columns}" if type(columns) is str and columns else ""
        inner = parse_line(text.encode("utf-8", "replace"), item.position, hint)
    if isinstance(inner, Rejected):
        return None
    if host := host_of(item.fields):
        inner.fields.setdefault(HOST, host)
    return Record(inner.format, inner.fields, item.position, item.raw)
