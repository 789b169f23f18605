"""Every format, in the order in which recognition asks them. Adding one: its file, a line here, a golden folder.

The text formats of `carried` (each a file of its own) are read line by line, alone or inside syslog.
"""

from functools import partial

from keng.formats import (
    auditd,
    event_xml,
    evtx,
    json_records,
    majority,
    netflow_file,
    record,
    syslog,
    web_access,
    zeek_tsv,
)
from keng.formats.base import Format
from keng.formats.carried import TEXT_FORMATS
from keng.formats.w3c_extended import NAME as W3C


def _is(name: str, head: bytes) -> bool:
    return majority.format_of(head) == name


FORMATS: tuple[Format, ...] = (
    Format("evtx", evtx.recognises, evtx.read, sifted=evtx.sifted),
    Format("netflow", netflow_file.recognises, netflow_file.read),
    Format("zeek_tsv", zeek_tsv.recognises, zeek_tsv.read),
    Format("json", json_records.recognises, record.read_json, json_records.parse, record.sift_json),
    Format("event_xml", event_xml.recognises, record.read_events, record.parse_line),
    Format("auditd", auditd.recognises, record.read_text, auditd.parse),
    Format("web_access", web_access.recognises, record.read_text, web_access.parse),
    Format(W3C, partial(_is, W3C), record.read_text, record.parse_line),
    *(
        Format(each.name, partial(_is, each.name), record.read_text, record.parse_line)
        for each in TEXT_FORMATS
    ),
    Format("syslog", syslog.recognises, record.read_text, syslog.parse),
)

BY_NAME = {each.name: each for each in FORMATS}

BINARY = ("evtx", "netflow")
"""Told by their bytes, before anything is taken for text."""
