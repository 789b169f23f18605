"""The search language: `user:admin AND NOT host:dc01 "mimikatz" port>=1024 last 7d`.

| written | finds |
| --- | --- |
| mimikatz | the whole word, anywhere in the event, in any case |
| "failed password for" | the phrase |
| mimi* | the text with anything at the star, anywhere |
| user:admin, user=admin | events whose user is admin; `!=` the others |
| image:*\\cmd.exe | a field with wildcards: * any text, ? one character |
| field:"value with blanks" | the value as it is, stars included |
| src:10.0.0.0/8 | addresses of a range |
| port>=1024 | numbers: > >= < <= |
| port:1024..2048, port:[1024 TO 2048], src>=10.0.0.5 | ranges and order, of numbers and addresses; `*` or nothing is an open end |
| host:(dc01 dc02 "máy 3") | any value of a list |
| field:* | events that have the field |
| -host:dc01, !host:dc01, -"a phrase", -(a b) | as NOT host:dc01 … |
| port:{1 TO 9}, port IN (80,443), user = admin, a && !b | other systems' spellings (`store/tokens.py`) |
| a b, a AND b, a OR b, NOT a, ( ) | all, either, none; NOT binds closest, then AND |
| last 7d, last 15 minutes, from:2026-11-24, to:2026-11-25T10:00, from:now-1d/d, time>=2026-11-24 | event time; s m h d w; without an offset in the searcher's zone |

Names of fields in any case: short names (`store/fields.py`), or the log's own.
"""

import re
from datetime import UTC, tzinfo

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.parser import ENDS, MOMENTS, TIME_NAMES, parse
from keng.store.query import SearchQuery
from keng.store.tokens import rejected, tokens_of

MAX_LENGTH = 8_000
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]+")  # of one letter it would look like a drive


def parse_search(text: str, now_us: int, zone: tzinfo = UTC) -> SearchQuery | Rejected:
    """Read a search. Rejected tells where it went wrong and what to do. Empty text finds everything.

    now_us: for `last 7d`; zone: of times without an offset.
    """
    if len(text) > MAX_LENGTH:
        return rejected(
            _("The search is too long; at most {limit} characters.", limit=MAX_LENGTH), MAX_LENGTH
        )
    tokens = tokens_of(text)
    if isinstance(tokens, Rejected):
        return tokens
    return parse(text.strip(), tokens, now_us, zone)


def pivot(field: str, value: str) -> str:
    """The search for exactly this value of this field, to be offered as a link."""
    plain = _PLAIN_NAME.fullmatch(field) and field.lower() not in (TIME_NAMES | MOMENTS | {*ENDS, "_exists_"})
    name = field if plain else _quote(field)
    return f"{name}:{_quote(value)}"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
