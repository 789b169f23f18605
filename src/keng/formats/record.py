"""One record as it arrives alone: from the network, or as a line of a text file whose lines are of many kinds."""

from collections.abc import Iterator

from keng.formats import auditd, event_xml, json_records, syslog, web_access
from keng.formats.base import HOST, Item, Readable, rejected
from keng.formats.json_shape import host_of, own_text
from keng.formats.lines import read_lines
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record
from keng.model.rejected import Rejected

_WEB_PROGRAMS = ("nginx", "apache", "apache2", "httpd", "caddy", "lighttpd", "haproxy", "web")


def parse_record(raw: bytes, hint: str = "", position: int = 1) -> Record | Rejected:
    """Read one record: a JSON object in any known shape, a syslog line, an audit record, a web access line.

    hint: the format that the source's last record had; tried first. A shipper's JSON document that only
    carries a line of text yields that line's record, with the document's host under `@host`.
    """
    first = raw[:1]
    if first == b"{" or raw[:4].lstrip(b"\xef\xbb\xbf \t")[:1] == b"{":
        item = json_records.parse_object(raw.removeprefix(b"\xef\xbb\xbf"), position)
        if isinstance(item, Record) and item.format == "json":
            return _carried(item) or item
        return item
    return parse_line(raw, position, hint)


def parse_line(raw: bytes, position: int, hint: str = "") -> Record | Rejected:
    """One line of text; formats inside syslog come out as themselves."""
    text = decode(raw).rstrip("\r\n\0")
    if not text.strip():
        return rejected(_("empty record"), f"line {position}", raw)
    if hint == "web_access" and web_access.carries(text):
        return web_access.parse_text(text, position)
    if text.startswith(("type=", "node=")) and auditd.carries(text):
        return auditd.parse_text(text, position, raw)
    item = syslog.parse(raw, position)
    if isinstance(item, Record):
        return _inside_syslog(item)
    if web_access.carries(text):
        return web_access.parse_text(text, position)
    return rejected(_("no known log format"), f"line {position}", raw)


def read_text(source: Readable) -> Iterator[Item]:
    """A text file of syslog lines and what syslog carries."""
    return auditd.with_context(_lines(source))


def read_json(source: Readable) -> Iterator[Item]:
    """A JSON input; a shipper's document that only carries a line of text yields that line's record."""
    return auditd.with_context(_opened(json_records.read(source)))


def _opened(items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Record) and item.format == "json":
            yield _carried(item) or item
        else:
            yield item


def _lines(source: Readable) -> Iterator[Item]:
    for number, line in read_lines(source):
        yield line if isinstance(line, Rejected) else parse_line(line, number)


def _inside_syslog(item: Record) -> Record:
    """The record that a syslog message holds, or the syslog record itself."""
    fields = item.fields
    message = fields["message"]
    host = fields.get("hostname", "")
    if "audit(" in message and auditd.carries(message):
        inner = auditd.parse_text(message, item.position, b"", host, item.raw)
        return inner if isinstance(inner, Record) else item
    start = message.lstrip()
    if start[:6] == "<Event" and event_xml.carries(start):
        event = event_xml.parse_text(start, item.position, item.raw)
        return event if isinstance(event, Record) else item
    if start[:1] == "{" or start.startswith("@cee:"):
        parsed = json_records.parse_object(start.removeprefix("@cee:").strip().encode(), item.position)
        if isinstance(parsed, Record) and parsed.format != "json":
            parsed.fields.setdefault(HOST, host)
            return Record(parsed.format, parsed.fields, item.position, item.raw)
        return item
    if '] "' in message and fields.get("program", "").lower().startswith(_WEB_PROGRAMS):
        web = web_access.parse_text(message, item.position, b"", host, item.raw)
        return web if isinstance(web, Record) else item
    return item


def _carried(item: Record) -> Record | None:
    """The record of the text inside a shipper's document."""
    text = own_text(item.fields)
    if not text:
        return None
    if text.lstrip()[:1] == "{":
        inner: Item = json_records.parse_object(text.strip().encode("utf-8", "replace"), item.position)
        if isinstance(inner, Record) and inner.format == "json":
            return None
    else:
        inner = parse_line(text.encode("utf-8", "replace"), item.position)
    if isinstance(inner, Rejected):
        return None
    if host := host_of(item.fields):
        inner.fields.setdefault(HOST, host)
    return Record(inner.format, inner.fields, item.position, item.raw)
