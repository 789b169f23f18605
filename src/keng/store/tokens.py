"""The words of the search language, with their places.

    term    = [ name op ] value        op = ":" "=" "!=" ">" ">=" "<" "<="        -name:value is NOT name:value
    list    = name op "(" value { [ "OR" | "," ] value } ")"     any of the values
    range   = name op ("[" | "{") value "TO" value ("]" | "}")   "[" and "]" include their end, braces do not; "*" is open
    name    = letters, digits, "_ . - @ /", beginning with a letter, "_" or "@"; or anything in quotes
    value   = '"' text '"'  (a quote inside is written twice; * and ? are ordinary)  |  text without blanks and parentheses
    also      ( ) AND OR NOT

Other systems' spellings are read, too: `&&` `||` `!x` `+x` `-"x"` `-( )`, `==` `<>`, blanks around an operator, `port:>=1`,
`name IN ( )`, `name NOT IN ( )`.

A backslash is always an ordinary character: paths are typed as they are.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from keng.i18n import _
from keng.model.rejected import Rejected


class Kind(Enum):
    """Kinds of tokens."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    TERM = auto()


class Value(NamedTuple):
    """A value with its 0-based place. quoted: its `*` and `?` are ordinary characters."""

    at: int
    text: str
    quoted: bool


class Token(NamedTuple):
    """A token. at: 0-based place. name, op: "" for a bare word. named_in_quotes: the name is never a keyword.

    values: of a list, or the two ends of a range (`span`); then text is "". without: the ends that are not in the range.
    """

    kind: Kind
    at: int
    text: str = ""
    quoted: bool = False
    name: str = ""
    op: str = ""
    named_in_quotes: bool = False
    values: tuple[Value, ...] = ()
    span: bool = False
    without: tuple[bool, bool] = (False, False)


_SPACE = re.compile(r"\s+")
_OPS = ":|==|=|!=|<>|>=|<=|>|<"
_HEAD = r"[A-Za-z_@][\w.@/\-]*"
_NAME = re.compile(rf"({_HEAD})({_OPS})")
# What stands alone between blanks; an arrow of a command line is none, so it orders numbers and quoted texts only.
_SPACED = re.compile(rf'({_HEAD})\s+(?:(:|==|=|!=|<>)|(>=|<=|>|<)(?=\s*["\d]))')
_IN = re.compile(rf"({_HEAD})\s+(not\s+)?in\s*(?=\()", re.IGNORECASE)
_ORDER = re.compile(r"(>=|<=|>|<)(?=[\d\-\"])")
_OPERATOR = re.compile(_OPS)
_BARE = re.compile(r'[^\s()"]+')
_LISTED = re.compile(r'[^\s()",]+')
_END = re.compile(r'[^\s()"\]}]+')
_NOT = re.compile(
    rf'-(?=["(]|{_HEAD}:[^/\\\s:])'  # not what begins a drive or an address
    r'|!(?=[\w"(@])'
)
_MUST = re.compile(rf'\+(?=["(]|{_HEAD}:[^/\\\s:])')
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_SAME = {"==": "=", "<>": "!="}
_WORDS = {"and": Kind.AND, "&&": Kind.AND, "or": Kind.OR, "||": Kind.OR, "not": Kind.NOT}


def rejected(reason: str, at: int) -> Rejected:
    """A refusal with its place in the search, counted from 1."""
    return Rejected(reason, _("column {column}", column=at + 1))


def tokens_of(text: str) -> list[Token] | Rejected:
    """Cut a search into tokens."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        if _NOT.match(text, at):
            tokens.append(Token(Kind.NOT, at))
            at += 1
        elif _MUST.match(text, at):
            at += 1
        if text[at] in "()":
            tokens.append(Token(Kind.OPEN if text[at] == "(" else Kind.CLOSE, at))
            at += 1
            continue
        found = _term(text, at)
        if isinstance(found, Rejected):
            return found
        token, at = found
        tokens.append(token)
    return tokens


def _term(text: str, at: int) -> tuple[Token, int] | Rejected:
    start = at
    name, op, in_quotes, at = _head(text, at)
    if op and text.startswith(("(", "[", "{"), at):
        span = text[at] != "("
        several = _ends(text, at) if span else _list(text, at, _IN.match(text, start) is not None)
        if isinstance(several, Rejected):
            return several
        if several is not None:
            without = (span and text[at] == "{", span and text[several[1] - 1] == "}")
            return Token(
                Kind.TERM, start, "", False, name, op, in_quotes, several[0], span, without
            ), several[1]
    if text.startswith('"', at):
        quote = _quote(text, at, "()")
        if isinstance(quote, Rejected):
            return quote
        return Token(Kind.TERM, start, quote[0].text, True, name, op, in_quotes), quote[1]
    bare = _BARE.match(text, at)
    if bare is None:
        return rejected(
            _(
                'A value is missing after {name}{operator}. For an empty value write "".',
                name=name,
                operator=op,
            ),
            at,
        )
    if bare.end() < len(text) and text[bare.end()] == '"':
        return rejected(_("Put a blank before the quote, or the whole text into quotes."), bare.end())
    kind = _WORDS.get(bare[0].lower(), Kind.TERM) if not name else Kind.TERM
    return Token(kind, start, bare[0], False, name, op, in_quotes), bare.end()


def _head(text: str, at: int) -> tuple[str, str, bool, int]:
    """The name and operator that begin here, "" where none do; whether the name is in quotes; where its value begins."""
    head = _NAME.match(text, at)
    if head and not _is_a_word(text, head):
        return head[1], *_operator(text, head[2], head.end(), False)
    spaced = _SPACED.match(text, at) or _IN.match(text, at)
    if spaced and spaced[1].lower() not in _WORDS and not head:
        if spaced.re is _IN:
            return spaced[1], "!=" if spaced[2] else ":", False, spaced.end()
        return spaced[1], *_operator(text, spaced[2] or spaced[3], spaced.end(), False)
    if text[at] == '"' and (whole := _QUOTED.match(text, at)):
        operator = _OPERATOR.match(text, whole.end())
        if operator and whole[1]:
            return whole[1].replace('""', '"'), *_operator(text, operator[0], operator.end(), True)
    return "", "", False, at


def _operator(text: str, op: str, at: int, in_quotes: bool) -> tuple[str, bool, int]:
    """The operator as we write it, and where its value begins: blanks before it are no part of it."""
    if op == ":" and (order := _ORDER.match(text, at)):
        op, at = order[0], order.end()
    space = _SPACE.match(text, at)
    if space and space.end() < len(text):
        next_at = space.end()
        word = _BARE.match(text, next_at)
        ends = text[next_at] == ")" or (
            word is not None and (word[0].lower() in _WORDS or _NAME.match(text, next_at) is not None)
        )
        if not ends:
            at = next_at
    return _SAME.get(op, op), in_quotes, at


def _quote(text: str, at: int, follows: str) -> tuple[Value, int] | Rejected:
    """The quoted text at this place, and where it ends."""
    whole = _QUOTED.match(text, at)
    if whole is None:
        return rejected(_('The quote is not closed. Write " at the end of the text.'), at)
    if whole.end() < len(text) and not text[whole.end()].isspace() and text[whole.end()] not in follows:
        return rejected(
            _('After a closing quote comes a blank. A quote inside quotes is written twice: "".'), whole.end()
        )
    return Value(at, whole[1].replace('""', '"'), True), whole.end()


def _list(text: str, opened: int, commas: bool) -> tuple[tuple[Value, ...], int] | Rejected:
    """`(a "b c" OR d)`: its values, and where it ends. commas: they are between values, blanks or not."""
    values: list[Value] = []
    at = opened + 1
    while at < len(text):
        if text[at].isspace() or (text[at] == "," and values):
            at += 1
        elif text[at] == ")":
            if not values:
                return rejected(_("The list is empty. Write for example: host:(dc01 dc02)."), opened)
            return tuple(values), at + 1
        elif text[at] == '"':
            quote = _quote(text, at, "),")
            if isinstance(quote, Rejected):
                return quote
            values.append(quote[0])
            at = quote[1]
        elif text[at] == "(":
            return rejected(_("A list of values has no parentheses inside. Take them out."), at)
        else:
            bare = (_LISTED if commas else _BARE).match(text, at)
            word = bare[0] if bare else text[at]
            if word.upper() in ("AND", "NOT"):
                return rejected(
                    _("A list finds any of its values. For {word} name the field again.", word=word.upper()),
                    at,
                )
            if word.upper() != "OR" and word.rstrip(","):
                values.append(Value(at, word.rstrip(","), False))
            at += len(word)
    return rejected(_("This parenthesis is not closed. Write ) at its end."), opened)


def _ends(text: str, opened: int) -> tuple[tuple[Value, ...], int] | Rejected | None:
    """`[a TO b]`, `{a TO b}`: the two ends, and where it ends. None: a value that only begins with a bracket."""
    values: list[Value] = []
    at, joined = opened + 1, False
    while at < len(text) and len(values) < 3:
        if text[at].isspace():
            at += 1
        elif text[at] in "]}":
            if joined and len(values) == 2:
                return tuple(values), at + 1
            break
        elif text[at] == '"':
            quote = _quote(text, at, "]}")
            if isinstance(quote, Rejected):
                return quote
            values.append(quote[0])
            at = quote[1]
        else:
            found = _END.match(text, at)
            if found is None:
                break
            if found[0] == "TO" and len(values) == 1 and not joined:
                joined = True
            else:
                values.append(Value(at, found[0], False))
            at = found.end()
    if not joined:
        return None
    return rejected(_("A range has two ends. Write for example: port:[1024 TO 2048]."), opened)


def _is_a_word(text: str, head: re.Match[str]) -> bool:
    """http://host, C:\\path and fe80::1 look like a field with a value, and are not."""
    if head[2] != ":":
        return False
    rest = text[head.end() : head.end() + 2]
    return rest.startswith(("//", ":")) or (len(head[1]) == 1 and rest.startswith(("\\", "/")))
