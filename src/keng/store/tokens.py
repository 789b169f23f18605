"""The words of the search language, with their places.

    term    = [ name op ] value        op = ":" "=" "!=" ">" ">=" "<" "<="
    name    = letters, digits, "_ . - @ /", beginning with a letter, "_" or "@"; or anything in quotes
    value   = '"' text '"'  (a quote inside is written twice; * and ? are ordinary)  |  text without blanks and parentheses
    also      ( ) AND OR NOT

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


class Token(NamedTuple):
    """A token. at: 0-based place. name, op: "" for a bare word. named_in_quotes: the name is never a keyword."""

    kind: Kind
    at: int
    text: str = ""
    quoted: bool = False
    name: str = ""
    op: str = ""
    named_in_quotes: bool = False


_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"([A-Za-z_@][\w.@/\-]*)(:|=|!=|>=|<=|>|<)")
_OPERATOR = re.compile(r":|=|!=|>=|<=|>|<")
_BARE = re.compile(r'[^\s()"]+')
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_WORDS = {"and": Kind.AND, "or": Kind.OR, "not": Kind.NOT}


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
    name = op = ""
    in_quotes = False
    head = _NAME.match(text, at)
    if head and not _is_a_word(text, head):
        name, op, at = head[1], head[2], head.end()
    elif text[at] == '"' and (whole := _QUOTED.match(text, at)):
        operator = _OPERATOR.match(text, whole.end())
        if operator and whole[1]:
            name, op, at, in_quotes = whole[1].replace('""', '"'), operator[0], operator.end(), True
    if text.startswith('"', at):
        whole = _QUOTED.match(text, at)
        if whole is None:
            return rejected(_('The quote is not closed. Write " at the end of the text.'), at)
        if whole.end() < len(text) and not text[whole.end()].isspace() and text[whole.end()] not in "()":
            return rejected(
                _('After a closing quote comes a blank. A quote inside quotes is written twice: "".'),
                whole.end(),
            )
        return Token(Kind.TERM, start, whole[1].replace('""', '"'), True, name, op, in_quotes), whole.end()
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


def _is_a_word(text: str, head: re.Match[str]) -> bool:
    """http://host, C:\\path and fe80::1 look like a field with a value, and are not."""
    if head[2] != ":":
        return False
    rest = text[head.end() : head.end() + 2]
    return rest.startswith(("//", ":")) or (len(head[1]) == 1 and rest.startswith(("\\", "/")))
