"""Statements that try to get out of the view; none of them may be run."""

import pytest

from keng.model.rejected import Rejected
from keng.store.sql import parse_sql

HOSTILE = (
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd') FROM events",
    "SELECT `file`('/etc/passwd') FROM events",
    "SELECT /* x */ file /* y */ ('/etc/passwd') FROM events",
    "SELECT * FROM url('http://127.0.0.1/', 'CSV')",
    "SELECT * FROM remote('127.0.0.1', 'default', 'events')",
    "SELECT * FROM merge('default', '.*')",
    "SELECT * FROM numbers(10)",
    "SELECT * FROM system.tables",
    "SELECT * FROM default.events",
    "SELECT dictGet('a', 'b', 1) FROM events",
    "SELECT getSetting('max_threads') FROM events",
    "SELECT sleep(3) FROM events",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd']) FROM events",
    "SELECT arrayMap(x -> (SELECT 1 FROM system.one), [1]) FROM events",
    "SELECT 1 FROM (SELECT * FROM system.users) AS events",
    "WITH events AS (SELECT * FROM system.users) SELECT * FROM events",
    "WITH 1 AS x SELECT x FROM events",
    "SELECT id FROM events WHERE id IN (SELECT name FROM system.users)",
    "SELECT id FROM events WHERE id IN system.users",
    "SELECT id FROM events UNION ALL SELECT name FROM system.users",
    "SELECT id FROM events JOIN system.users ON 1",
    "SELECT id FROM events, system.users",
    "SELECT id FROM events INTO OUTFILE '/tmp/x'",
    "SELECT id FROM events FORMAT CSV",
    "SELECT id FROM events SETTINGS max_memory_usage = 0",
    "SELECT id FROM events; DROP TABLE events",
    "SELECT id FROM events AS e FINAL",
    "SELECT id FROM events SAMPLE 1",
    "SELECT * EXCEPT (agency) FROM events",
    "SELECT COLUMNS('.*') FROM events",
    "SELECT keng_view FROM events",
    "SELECT 1 AS keng_field_0 FROM events",
    "SELECT {p0:String} FROM events",
    "SELECT hostName(), currentUser() FROM events",
    "SELECT id FROM events PREWHERE file('/etc/passwd') != ''",
    "SELECT ＩＤ FROM events",  # full width
    "SELECT id FROM \u202eevents",
    "INSERT INTO events SELECT * FROM events",
    "ALTER TABLE events DELETE WHERE 1",
    "SELECT " + "(" * 500 + "1" + ")" * 500 + " FROM events",
    "SELECT " + ", ".join(["id"] * 5_000) + " FROM events",
    "SELECT id FROM events WHERE " + "NOT " * 3_000 + "parsed",
    "SELECT '\x00",
    "SELECT id FROM events WHERE host = 'a\\",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_leads_out_of_the_view_is_refused(text: str) -> None:
    assert isinstance(parse_sql(text), Rejected), text[:80]
