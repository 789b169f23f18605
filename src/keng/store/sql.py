"""SQL of experts: one SELECT over the one view `events`, read by a parser, checked against lists, and written anew.

Nothing that was typed is run. The statement is parsed, every node must be of an allowed kind, every name must be a
column of the view or an alias; then it is generated again from the tree, every function of the result is looked up once
more, every text becomes a parameter, and in place of `events` stands a subquery that holds what may be seen.
"""

import re
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.fields import VIEW
from keng.store.sql_allowed import FUNCTIONS, KEYWORDS, NODES, SELECT_PARTS, TYPES, UNITS

MAX_SQL = 10_000
MAX_DEPTH = 40
MAX_NODES = 2_000
DEFAULT_ROWS = 1_000
MAX_ROWS = 10_000
MAX_OFFSET = 1_000_000
MAX_RAWS = 8
SEEN = "events"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_WORD = re.compile(r"\w+")
_WILD = re.compile(r"[%_]")
_PLACE = "keng_view"
_KEY = "keng_field_"
_MAY = "keng_may_"


class SqlQuery(NamedTuple):
    """A checked statement. pieces: its text, cut where a value (text) or the view (None) goes.

    columns: of the view, that it reads (`fields` only where it is read whole); keys: log fields that it reads;
    limit: rows to show, one more is asked for. raws: texts that the raw text is asked for by LIKE, each cut at its
    wildcards: the view says cheaply where they may be, since raw texts are put together when they are asked for.
    """

    text: str
    pieces: tuple[str, ...]
    values: tuple[str | None, ...]
    columns: frozenset[str]
    keys: tuple[str, ...]
    limit: int = DEFAULT_ROWS
    raws: tuple[tuple[str, ...], ...] = ()


class _RefusalError(Exception):
    def __init__(self, reason: str, node: exp.Expr | None = None) -> None:
        super().__init__(reason)
        self.reason, self.node = reason, node


def parse_sql(text: str) -> SqlQuery | Rejected:
    """Read a statement. Rejected says what is wrong, where it is known, and what to do."""
    if len(text) > MAX_SQL:
        return Rejected(_("The search is too long; at most {limit} characters.", limit=MAX_SQL))
    try:
        if _depth(text) > MAX_DEPTH:
            return Rejected(_("Too many parentheses inside each other; at most {limit}.", limit=MAX_DEPTH))
        trees = [tree for tree in sqlglot.parse(text, dialect="clickhouse") if tree is not None]
        if len(trees) != 1 or not isinstance(trees[0], exp.Select):
            return Rejected(_("Write one SELECT. Other statements are not run here."))
        return _Reader(text, trees[0]).read()
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        return Rejected(
            _("This is no SQL that can be read: {reason}", reason=str(first.get("description", "?"))[:200]),
            _place(first.get("line"), first.get("col")),
        )
    except TokenError:
        return Rejected(_("This is no SQL that can be read: {reason}", reason=_("a quote is not closed")))
    except _RefusalError as refusal:
        return Rejected(refusal.reason, _place_of(refusal.node))
    except (SqlglotError, RecursionError, ValueError) as error:
        return Rejected(_("This is no SQL that can be read: {reason}", reason=str(error)[:200]))


class _Reader:
    def __init__(self, text: str, tree: exp.Select) -> None:
        self._text = text
        self._tree = tree
        self._aliases = {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
        self._columns: set[str] = set()
        self._keys: dict[str, int] = {}
        self._limit = DEFAULT_ROWS
        self._raws: list[tuple[str, ...]] = []

    def read(self) -> SqlQuery:
        nodes = list(self._tree.walk())
        if len(nodes) > MAX_NODES:
            raise _RefusalError(_("This statement is too large. Split it."))
        for node in nodes:
            self._check(node)
        self._bound(self._tree)
        for like in list(self._tree.find_all(exp.Like, exp.ILike)):
            self._raw(like)
        for bracket in list(self._tree.find_all(exp.Bracket)):
            self._log_field(bracket)
        for table in list(self._tree.find_all(exp.Table)):
            table.set("this", exp.to_identifier(_PLACE))
        for column in self._tree.find_all(exp.Column):
            if column.name in VIEW:
                self._columns.add(column.name)
        if self._tree.find(exp.Star) is not None:
            self._columns.update(VIEW)
        return self._written(self._tree.sql(dialect="clickhouse", comments=False))

    def _check(self, node: exp.Expr) -> None:
        if not isinstance(node, (*NODES, exp.Func)):
            raise _RefusalError(
                _("{what} is not offered here: one SELECT over events, without WITH, JOIN, UNION and settings.",
                  what=type(node).__name__.upper()),
                node,
            )  # fmt: skip
        match node:
            case exp.Select():
                unknown = {part for part, value in node.args.items() if value} - SELECT_PARTS
                if unknown:
                    raise _RefusalError(
                        _("{what} is not offered here: one SELECT over events, without WITH, JOIN, UNION and settings.",
                          what=sorted(unknown)[0].rstrip("_").upper()),
                        node,
                    )  # fmt: skip
                if node.args.get("from_") is None:
                    raise _RefusalError(_("SELECT … FROM events: there is no other table."), node)
            case exp.Table():
                if set(node.args) - {"this"} and any(v for k, v in node.args.items() if k != "this"):
                    raise _RefusalError(_("SELECT … FROM events: there is no other table."), node)
                if not isinstance(node.this, exp.Identifier) or node.name != SEEN:
                    raise _RefusalError(_("SELECT … FROM events: there is no other table."), node)
            case exp.Star():
                if any(node.args.values()):
                    raise _RefusalError(_("After * comes no EXCEPT and no REPLACE. Name the columns."), node)
            case exp.Subquery():
                if any(value for part, value in node.args.items() if part not in ("this", "alias")):
                    raise _RefusalError(_("This is not offered behind a subquery."), node)
            case exp.TableAlias():
                if not isinstance(node.parent, exp.Subquery) or node.args.get("columns"):
                    raise _RefusalError(_("This is not offered here."), node)
            case exp.Column():
                self._column(node)
            case exp.Alias():
                self._name(node.args["alias"])
            case exp.Lambda():
                self._aliases.update(one.name.lower() for one in node.expressions)
            case exp.Literal():
                if not node.is_string and not _NUMBER.fullmatch(node.name):
                    raise _RefusalError(_("{number} is no plain number.", number=node.name[:40]), node)
            case exp.Identifier():
                self._name(node)
            case exp.DataType():
                if node.this.name not in TYPES:
                    raise _RefusalError(_("The type {name} is not offered here.", name=node.this.name), node)
            case exp.Interval():
                self._interval(node)
            case exp.Group():
                if any(value for part, value in node.args.items() if part != "expressions"):
                    raise _RefusalError(_("GROUP BY takes expressions only."), node)
            case exp.Limit():
                if node.expressions:
                    raise _RefusalError(_("LIMIT BY is not offered here."), node)

    def _column(self, node: exp.Column) -> None:
        table = node.args.get("table")
        if node.args.get("db") or node.args.get("catalog") or (table is not None and table.name != SEEN):
            raise _RefusalError(_("Write names of columns without the name of a table."), node)
        node.set("table", None)
        if isinstance(node.this, exp.Star):
            return
        inside = node.find_ancestor(exp.Lambda) is not None
        if node.name not in VIEW and node.name.lower() not in self._aliases and not inside:
            raise _RefusalError(
                _("There is no column {name}. A field of the log is written fields['{name}'].", name=node.name[:64]),
                node,
            )  # fmt: skip

    @staticmethod
    def _name(node: exp.Expr) -> None:
        if not _NAME.fullmatch(node.name) or node.name.lower().startswith("keng_"):
            raise _RefusalError(
                _(
                    "{name} is no name. Names have letters without accents, digits and _.",
                    name=node.name[:64],
                ),
                node,
            )

    @staticmethod
    def _interval(node: exp.Interval) -> None:
        unit, number = node.args.get("unit"), node.this
        if not isinstance(unit, exp.Var) or unit.name.upper().removesuffix("S") not in UNITS:
            raise _RefusalError(_("Write an interval as INTERVAL 5 MINUTE."), node)
        if not isinstance(number, exp.Literal) or not (number.name.isascii() and number.name.isdigit()):
            raise _RefusalError(_("Write an interval as INTERVAL 5 MINUTE."), node)

    def _bound(self, tree: exp.Select) -> None:
        """At most so many rows, whatever was asked."""
        wanted = DEFAULT_ROWS
        limit, offset = tree.args.get("limit"), tree.args.get("offset")
        if limit is not None:
            wanted = min(_whole(limit.expression, limit), MAX_ROWS)
        if offset is not None and _whole(offset.expression, offset) > MAX_OFFSET:
            raise _RefusalError(_("OFFSET is at most {limit}.", limit=MAX_OFFSET), offset)
        # One more than is shown tells that there are more.
        tree.set("limit", exp.Limit(expression=exp.Literal.number(wanted + 1)))
        self._limit = wanted

    def _raw(self, like: exp.Expr) -> None:
        """raw LIKE 'text' becomes (may have the text AND raw LIKE 'text'): the same, without making every raw text."""
        text = like.args["expression"]
        if isinstance(like.this, exp.Column) and like.this.name == "raw" and isinstance(text, exp.Literal):
            segments = tuple(part for part in _WILD.split(text.name) if part and "\\" not in part)
            if segments and len(self._raws) < MAX_RAWS:
                may = exp.column(f"{_MAY}{len(self._raws)}")
                self._raws.append(segments)
                plain = like.copy()
                plain.set("negate", None)
                both = exp.paren(exp.and_(may, plain))
                like.replace(exp.not_(both) if like.args.get("negate") else both)

    def _log_field(self, bracket: exp.Bracket) -> None:
        """fields['Name'] reads that one key of the map, not the whole map."""
        inner = bracket.this
        key = bracket.expressions[0] if len(bracket.expressions) == 1 else None
        if isinstance(inner, exp.Column) and inner.name == "fields" and isinstance(key, exp.Literal):
            if not key.is_string or not 0 < len(key.name) <= 200:
                raise _RefusalError(_("A field of the log is written fields['Name']."), bracket)
            number = self._keys.setdefault(key.name, len(self._keys))
            bracket.replace(exp.column(f"{_KEY}{number}"))

    def _written(self, sql: str) -> SqlQuery:
        """The generated text, looked at once more, word by word."""
        tokens = sqlglot.tokenize(sql, dialect="clickhouse")
        pieces: list[str] = []
        values: list[str | None] = []
        at = 0
        for number, token in enumerate(tokens):
            following = tokens[number + 1] if number + 1 < len(tokens) else None
            if token.comments or token.token_type in (
                TokenType.SEMICOLON,
                TokenType.PARAMETER,
                TokenType.L_BRACE,
            ):
                raise _RefusalError(_("This is not offered here."))
            if following is not None and following.token_type is TokenType.L_PAREN:
                _check_call(token)
            if token.text == _PLACE:
                pieces.append(sql[at : token.start])
                values.append(None)
                at = token.end + 1
            elif token.token_type is TokenType.STRING:
                if number and tokens[number - 1].text.upper() == "INTERVAL":
                    continue  # a whole number, see `_interval`
                pieces.append(sql[at : token.start])
                values.append(token.text)
                at = token.end + 1
        pieces.append(sql[at:])
        return SqlQuery(
            self._text,
            tuple(pieces),
            tuple(values),
            frozenset(self._columns),
            tuple(self._keys),
            self._limit,
            tuple(self._raws),
        )


def _check_call(token: Token) -> None:
    name = token.text.lower()
    if token.token_type is TokenType.STRING or (_WORD.fullmatch(name) and not name.isdigit()):
        known = name in FUNCTIONS or (name in KEYWORDS and token.token_type is not TokenType.IDENTIFIER)
        if token.token_type is TokenType.STRING or not known:
            raise _RefusalError(_("The function {name} is not offered here.", name=token.text[:64]))


def _whole(node: exp.Expression, place: exp.Expression) -> int:
    if (
        not isinstance(node, exp.Literal)
        or node.is_string
        or not (node.name.isdigit() and len(node.name) < 19)
    ):
        raise _RefusalError(_("After LIMIT and OFFSET comes a whole number."), place)
    return int(node.name)


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in sqlglot.tokenize(text, dialect="clickhouse"):
        depth += (token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET)) - (
            token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET)
        )
        deepest = max(deepest, depth)
    return deepest


def _place_of(node: exp.Expr | None) -> str:
    for one in node.walk() if node is not None else ():
        if "line" in one.meta:
            length = one.meta.get("end", 0) - one.meta.get("start", 0)
            return _place(one.meta["line"], one.meta["col"] - length)
    return ""


def _place(line: object, column: object) -> str:
    return _("line {line}, column {column}", line=line, column=column) if line else ""
