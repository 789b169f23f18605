"""The JSON document that a record is sent as. Pure.

A line that is a JSON object is sent as it is, byte for byte. Every other line travels as Filebeat sends it:
    {"host":{"name":"web01"},"log":{"file":{"path":"/var/log/auth.log"}},"message":"Nov  3 …"}
"""

import msgspec
import orjson

from keng.model.record import Record
from keng.scan.shown import to_json

MAX_DOCUMENT = 1024 * 1024
"""Bytes of one document; the centre takes no longer ones."""
_skim = msgspec.json.Decoder(msgspec.Raw).decode


class Envelope:
    """Makes the documents of one file. host: this machine's name; path: as a person would look for it."""

    def __init__(self, host: str, path: str) -> None:
        about = {"host": {"name": host}, "log": {"file": {"path": path.encode("utf-8", "replace").decode()}}}
        self._start = orjson.dumps(about)[:-1] + b',"message":'

    def line(self, line: bytes) -> bytes:
        """The document of one line of text. What is not UTF-8 becomes U+FFFD."""
        if line[:1] == b"{" and is_object(line):
            return line
        return self.text(line.decode("utf-8", "replace"))

    def text(self, text: str) -> bytes:
        """The document of one entry's text."""
        return self._start + orjson.dumps(text) + b"}"

    def record(self, record: Record) -> bytes:
        """The document of a record that a format has read out of a whole file."""
        if record.format == "evtx":
            return to_json(record.fields)
        if record.format == "zeek_tsv":
            return to_json({"_path": "", **record.fields})  # by this key the centre knows it
        raw = record.raw.encode("utf-8", "replace")
        if not raw:
            return to_json(record.fields)
        # Printed JSON spans lines; a document is one.
        return self.line(raw) if b"\n" not in raw or not is_object(raw) else orjson.dumps(orjson.loads(raw))


def is_object(text: bytes) -> bool:
    """Is this text one JSON object, in UTF-8?"""
    try:
        _skim(text)
        if not text.isascii():
            text.decode("utf-8")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return text.lstrip()[:1] == b"{"
