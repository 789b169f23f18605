"""From tokens to a search: precedence is NOT, AND (also without the word), OR; times stand outside of OR and NOT."""

from datetime import tzinfo

import msgspec

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.comparison import Misread, comparison, is_number
from keng.store.query import And, Expression, Not, Or, SearchQuery, Word
from keng.store.times import is_unit, span_us, time_us
from keng.store.tokens import Kind, Token, rejected

MAX_DEPTH = 20
MAX_TERMS = 200
TIME_NAMES = frozenset(("from", "to", "last"))
ENDS = {"earliest": "from", "latest": "to"}
"""Splunk's names, where a time follows; else fields of a log."""
MOMENTS = frozenset(("@timestamp", "_time", "time", "timestamp"))
"""With an order or a range they are the event's time; with a value, fields of a log."""
_AFTER_A_PIPE = frozenset(
    (
        "stats",
        "table",
        "where",
        "head",
        "sort",
        "top",
        "eval",
        "count",
        "summarize",
        "project",
        "fields",
        "dedup",
        "timechart",
    )
)


class Times(msgspec.Struct):
    """The time range while it is being read."""

    from_us: int | None = None
    to_us: int | None = None


class _RefusalError(Exception):
    """Carries a Rejected up to `parse`."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.value = rejected(reason, at)


def parse(text: str, tokens: list[Token], now_us: int, zone: tzinfo) -> SearchQuery | Rejected:
    """Read tokens. Rejected says where and what to do."""
    parser = _Parser(text, tokens, now_us, zone)
    try:
        expression = parser.whole()
    except _RefusalError as refusal:
        return refusal.value
    return SearchQuery(text, expression, parser.times.from_us, parser.times.to_us)


class _Parser:
    def __init__(self, text: str, tokens: list[Token], now_us: int, zone: tzinfo) -> None:
        self._tokens = tokens
        self._next = 0
        self._end = len(text)
        self._now_us = now_us
        self._zone = zone
        self._terms = 0
        self.times = Times()

    def whole(self) -> Expression | None:
        expression = self._either(0, timed=True)
        token = self._peek()
        if token is not None:
            raise _RefusalError(
                _("This closing parenthesis opens nowhere. Take it out, or open it before."), token.at
            )
        return expression

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _either(self, depth: int, timed: bool) -> Expression | None:
        # Times are only known to stand alone once no OR follows on this level, so the level is looked over first.
        timed = timed and not self._or_follows()
        parts = [self._all(depth, timed)]
        while (token := self._peek()) is not None and token.kind is Kind.OR:
            self._next += 1
            parts.append(self._all(depth, timed))
            if parts[0] is None or parts[-1] is None:
                raise _RefusalError(_("OR needs something to look for on both sides."), token.at)
        if len(parts) == 1:
            return parts[0]
        return Or(tuple(part for part in parts if part is not None))

    def _or_follows(self) -> bool:
        level = 0
        for token in self._tokens[self._next :]:
            level += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
            if level < 0:
                return False
            if level == 0 and token.kind is Kind.OR:
                return True
        return False

    def _all(self, depth: int, timed: bool) -> Expression | None:
        parts: list[Expression] = []
        wanted: Token | None = None  # an AND that waits for its right side
        seen = False
        while (token := self._peek()) is not None and token.kind not in (Kind.OR, Kind.CLOSE):
            if token.kind is Kind.AND:
                if not seen or wanted:
                    break
                wanted = token
                self._next += 1
                continue
            part = self._one(depth, timed)
            wanted = None
            seen = True
            if part is not None:
                parts.append(part)
        token = self._peek()
        if wanted or (token is not None and token.kind is Kind.AND):
            at = token.at if token is not None and token.kind is Kind.AND else wanted.at if wanted else 0
            raise _RefusalError(
                _('AND needs something to look for on both sides. To look for the word, write "and".'), at
            )
        if len(parts) > 1:
            return And(tuple(parts))
        return parts[0] if parts else None

    def _one(self, depth: int, timed: bool) -> Expression | None:
        token = self._tokens[self._next]
        self._next += 1
        if depth >= MAX_DEPTH:
            raise _RefusalError(
                _("Too many parentheses inside each other; at most {limit}.", limit=MAX_DEPTH), token.at
            )
        if token.kind is Kind.NOT:
            following = self._peek()
            if following is None or following.kind in (Kind.AND, Kind.OR, Kind.CLOSE):
                raise _RefusalError(
                    _('NOT needs something after it. To look for the word, write "not".'), token.at
                )
            inner = self._one(depth + 1, timed=False)
            if inner is None:
                raise _RefusalError(_("NOT needs something after it, and * finds everything."), token.at)
            return Not(inner)
        if token.kind is Kind.OPEN:
            inner = self._either(depth + 1, timed)
            closing = self._peek()
            if closing is None:
                raise _RefusalError(_("This parenthesis is not closed. Write ) at its end."), token.at)
            self._next += 1
            return inner
        return self._term(token, timed)

    def _term(self, token: Token, timed: bool) -> Expression | None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise _RefusalError(_("Too many conditions; at most {limit}.", limit=MAX_TERMS), token.at)
        if token.name and not token.named_in_quotes and self._named_time(token, timed):
            return None
        if not token.name and not token.quoted and token.text.lower() == "last":
            span = self._span()
            if span:
                self._time("last", token, span, timed)
                return None
        if not token.name and not token.quoted and token.text == "|":
            self._refuse_pipe(token)
        if token.name:
            self._terms += max(len(token.values) - 1, 0)
            if self._terms > MAX_TERMS:
                raise _RefusalError(_("Too many conditions; at most {limit}.", limit=MAX_TERMS), token.at)
            return self._comparison(token)
        if not token.quoted and (set(token.text) == {"*"} or token.text == "*:*"):
            return None
        if not token.text.strip():
            raise _RefusalError(_("There is nothing between the quotes."), token.at)
        return Word(token.text, token.quoted)

    def _named_time(self, token: Token, timed: bool) -> bool:
        """Whether a named term is a time, which is taken then."""
        name = token.name.lower()
        if name in TIME_NAMES:
            self._time(name, token, token.text, timed)
            return True
        if name in ENDS and token.op in (":", "=") and not token.values:
            end = ENDS[name]
            if time_us(token.text, self._now_us, self._zone, end == "to") is None:
                return False
            self._time(end, token, token.text, timed)
            return True
        if name not in MOMENTS or token.op == "!=":
            return False
        if token.span:
            low, high = token.values
            if low.text != "*":
                self._time("from", token._replace(at=low.at, op="", values=()), low.text, timed)
            if high.text != "*":
                self._time("to", token._replace(at=high.at, op="", values=()), high.text, timed)
            return True
        if token.op in (":", "=") or token.values or is_number(token.text):
            return False
        end = "from" if token.op[0] == ">" else "to"
        # A day stands for its beginning, or its end, so that the whole day is in what includes it, and out of the rest.
        whole = token.op in (">", "<=")
        moment = time_us(token.text, self._now_us, self._zone, whole)
        if moment is None:
            self._time(end, token._replace(op=""), token.text, timed)
        else:
            self._set_time(end, moment, token, timed)
        return True

    def _span(self) -> str:
        """The span after the word `last`, its unit perhaps a word of its own; "" where none follows."""
        found = self._tokens[self._next : self._next + 2]
        words = [one.text for one in found if one.kind is Kind.TERM and not one.name and not one.quoted]
        if words and span_us(words[0]) is not None:
            self._next += 1
            return words[0]
        if len(words) == 2 and is_unit(words[1]) and span_us(" ".join(words)) is not None:
            self._next += 2
            return " ".join(words)
        return ""

    def _refuse_pipe(self, token: Token) -> None:
        following = self._peek()
        if following is not None and following.text.lower() in _AFTER_A_PIPE:
            raise _RefusalError(
                _(
                    "A search has no pipes. Frequent values stand beside what is found; for tables use SQL."
                    ' To look for the sign, write "|".'
                ),
                token.at,
            )

    def _comparison(self, token: Token) -> Expression:
        read = comparison(token)
        if isinstance(read, Misread):
            raise _RefusalError(read.reason, read.at)
        return read

    def _set_time(self, name: str, moment: int, token: Token, timed: bool) -> None:
        if not timed:
            raise _RefusalError(
                _("A time applies to the whole search: put it outside of OR, NOT and their parentheses."),
                token.at,
            )
        if name == "from":
            self.times.from_us = moment
        else:
            self.times.to_us = moment

    def _time(self, name: str, token: Token, text: str, timed: bool) -> None:
        if token.op not in ("", ":", "=") or token.values:
            raise _RefusalError(_("After {name} comes a colon.", name=name), token.at)
        if name == "last":
            span = span_us(text)
            if span is None:
                raise _RefusalError(
                    _("This is no span of time. Write for example: last 30m, last 24h, last 7d."), token.at
                )
            self._set_time("from", max(self._now_us - span, 0), token, timed)
            return
        moment = time_us(text, self._now_us, self._zone, end=name == "to")
        if moment is None:
            raise _RefusalError(
                _(
                    "This is no time. Write for example: {name}:2026-11-24 or {name}:2026-11-24T10:30.",
                    name=name,
                ),
                token.at,
            )
        self._set_time(name, moment, token, timed)
