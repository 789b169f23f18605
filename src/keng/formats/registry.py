"""Every format, in the order in which recognition asks them. Adding one: its file, a line here, a golden folder."""

from keng.formats import auditd, evtx, json_records, record, syslog, web_access, zeek_tsv
from keng.formats.base import Format

FORMATS: tuple[Format, ...] = (
    Format("evtx", evtx.recognises, evtx.read),
    Format("zeek_tsv", zeek_tsv.recognises, zeek_tsv.read),
    Format("json", json_records.recognises, record.read_json, json_records.parse),
    Format("auditd", auditd.recognises, record.read_text, auditd.parse),
    Format("web_access", web_access.recognises, record.read_text, web_access.parse),
    Format("syslog", syslog.recognises, record.read_text, syslog.parse),
)

BY_NAME = {each.name: each for each in FORMATS}
