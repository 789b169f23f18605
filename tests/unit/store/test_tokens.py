import pytest

from keng.model.rejected import Rejected
from keng.store.query import And, Not, SearchQuery
from keng.store.search import parse_search
from keng.store.tokens import Kind, Token, tokens_of


def terms(text: str) -> list[tuple[str, str, str, bool]]:
    tokens = tokens_of(text)
    assert isinstance(tokens, list), tokens
    return [(token.name, token.op, token.text, token.quoted) for token in tokens]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mimikatz", ("", "", "mimikatz", False)),
        ("user:admin", ("user", ":", "admin", False)),
        ("User=admin", ("User", "=", "admin", False)),
        ("user!=admin", ("user", "!=", "admin", False)),
        ("port>=1024", ("port", ">=", "1024", False)),
        ('a:"b c"', ("a", ":", "b c", True)),
        ('a:"say ""x"""', ("a", ":", 'say "x"', True)),
        ('"odd name":b', ("odd name", ":", "b", False)),
        ('"a b"', ("", "", "a b", True)),
        ("id.orig_h:10.0.0.1", ("id.orig_h", ":", "10.0.0.1", False)),
        ("src:2001:db8::1", ("src", ":", "2001:db8::1", False)),
        ("image:C:\\Windows\\x.exe", ("image", ":", "C:\\Windows\\x.exe", False)),
        ("image:*\\cmd.exe", ("image", ":", "*\\cmd.exe", False)),
        ('path:"C:\\dir\\"', ("path", ":", "C:\\dir\\", True)),
        ("http://evil.example/a?b=c", ("", "", "http://evil.example/a?b=c", False)),
        ("C:\\Windows", ("", "", "C:\\Windows", False)),
        ("fe80::1", ("", "", "fe80::1", False)),
        ("10:30:01", ("", "", "10:30:01", False)),
        ("-enc", ("", "", "-enc", False)),
        ('a:""', ("a", ":", "", True)),
    ],
)
def test_one_term(text: str, wanted: tuple[str, str, str, bool]) -> None:
    assert terms(text) == [wanted]


def test_words_of_the_language_in_any_case_and_as_text_in_quotes() -> None:
    tokens = tokens_of('a AND b or NOT (c) "and"')
    assert isinstance(tokens, list)
    kinds = [token.kind for token in tokens]
    assert kinds == [
        Kind.TERM, Kind.AND, Kind.TERM, Kind.OR, Kind.NOT, Kind.OPEN, Kind.TERM, Kind.CLOSE, Kind.TERM,
    ]  # fmt: skip


def test_places_are_those_of_the_text() -> None:
    assert tokens_of("  a  (b)") == [
        Token(Kind.TERM, 2, "a"),
        Token(Kind.OPEN, 5),
        Token(Kind.TERM, 6, "b"),
        Token(Kind.CLOSE, 7),
    ]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ('abc "def', 5, "not closed"),
        ('a:"b', 3, "not closed"),
        ("user: AND x", 6, "missing"),
        ("user:", 6, "missing"),
        ("(user:)", 7, "missing"),
        ('"a"b', 4, "written twice"),
        ('a"b"', 2, "blank before the quote"),
        ("host:()", 6, "list is empty"),
        ("host:(a", 6, "not closed"),
        ("host:(a AND b)", 9, "any of its values"),
        ("host:(a (b))", 9, "no parentheses inside"),
        ('host:("a"b)', 10, "written twice"),
        ("port:[1 TO 2", 6, "two ends"),
        ("port:[1 TO ]", 6, "two ends"),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, column: int, words: str) -> None:
    refused = tokens_of(text)
    assert isinstance(refused, Rejected)
    assert refused.position == f"column {column}"
    assert words in refused.reason


def test_a_minus_before_a_field_is_not_and_anywhere_else_a_minus() -> None:
    tokens = tokens_of("-host:dc01 -enc -c:\\x a-b:c")
    assert isinstance(tokens, list)
    assert [(t.kind, t.name, t.text) for t in tokens] == [
        (Kind.NOT, "", ""),
        (Kind.TERM, "host", "dc01"),
        (Kind.TERM, "", "-enc"),
        (Kind.TERM, "", "-c:\\x"),
        (Kind.TERM, "a-b", "c"),
    ]


def test_a_list_keeps_the_places_of_its_values() -> None:
    tokens = tokens_of('host:(dc01 "a b")')
    assert isinstance(tokens, list)
    assert [(value.at, value.text, value.quoted) for value in tokens[0].values] == [
        (6, "dc01", False),
        (11, "a b", True),
    ]


SPELLED_OTHERWISE = [
    ("user: admin", "user:admin"),
    ("user : admin", "user:admin"),
    ("user = admin", "user:admin"),
    ("user==admin", "user:admin"),
    ('user : "an b"', 'user:"an b"'),
    ("user<>admin", "user!=admin"),
    ("port >= 1024", "port>=1024"),
    ("port:>=1024", "port>=1024"),
    ("port IN (80,443)", "port:(80 443)"),
    ("port in (80, 443)", "port:(80 443)"),
    ('host NOT IN ("a", "b c")', 'host!=("a" "b c")'),
    ("a && b || c", "a AND b OR c"),
    ("!host:dc01", "NOT host:dc01"),
    ("!mimikatz", "NOT mimikatz"),
    ("!(a b)", "NOT (a b)"),
    ("-(a b)", "NOT (a b)"),
    ('-"a b"', 'NOT "a b"'),
    ('+user:admin +"a b" +(c)', 'user:admin "a b" (c)'),
    ("port:{1 TO 9}", "port>1 port<9"),
    ("port:[1 TO 9}", "port>=1 port<9"),
    ("port:{* TO 9]", "port<=9"),
    ("_exists_:user", "user:*"),
    ("-_exists_:user", "-user:*"),
    ("*:*", "*"),
]


@pytest.mark.parametrize(("theirs", "ours"), SPELLED_OTHERWISE)
def test_other_systems_spellings_mean_the_same(theirs: str, ours: str) -> None:
    assert expression_of(theirs) == expression_of(ours)


@pytest.mark.parametrize(
    "text",
    [
        "cmd > out.txt",
        "-enc",
        "a -> b",
        "{B6E42B3F-0000}",
        "x:{B6E42B3F-0000}",
        "C:\\a",
        "http://a",
        "fe80::1",
        "+84912",
        "-1",
    ],
)
def test_what_only_looks_like_another_spelling_is_text_as_before(text: str) -> None:
    tokens = tokens_of(text)
    assert isinstance(tokens, list) and all(token.kind is Kind.TERM and not token.values for token in tokens)


@pytest.mark.parametrize(
    ("text", "column"), [("user: ", 6), ("user: AND x", 6), ("host: port:5", 6), ("(user: )", 7)]
)
def test_a_blank_is_no_value_where_something_else_begins(text: str, column: int) -> None:
    refused = tokens_of(text)
    assert isinstance(refused, Rejected) and refused.position.endswith(str(column))


def expression_of(text: str) -> object:
    query = parse_search(text, 10**15)
    assert isinstance(query, SearchQuery), query
    return flat(query.expression)


def flat(expression: object) -> object:
    """Without the groups that AND makes inside of AND, and that quotes make around plain values."""
    if isinstance(expression, And):
        parts: list[object] = []
        for part in expression.parts:
            inner = flat(part)
            parts += inner if isinstance(inner, list) else [inner]
        return parts
    if isinstance(expression, Not):
        return ("not", flat(expression.inner))
    return expression
