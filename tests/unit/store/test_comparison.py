import pytest

from keng.store.comparison import Misread, comparison, is_address, is_number
from keng.store.query import Expression, Field, Not, Operator, Or
from keng.store.tokens import tokens_of


def read(text: str) -> Expression | Misread:
    tokens = tokens_of(text)
    assert isinstance(tokens, list) and len(tokens) == 1, tokens
    return comparison(tokens[0])


def equal(name: str, value: str, quoted: bool = False) -> Field:
    return Field(name, Operator.EQUAL, value, quoted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("host:dc01", equal("host", "dc01")),
        ("host!=dc01", Not(equal("host", "dc01"))),
        ("host:(dc01)", equal("host", "dc01")),
        ('host:(dc01 "máy 3")', Or((equal("host", "dc01"), equal("host", "máy 3", True)))),
        ("host=(a, b OR c)", Or((equal("host", "a"), equal("host", "b"), equal("host", "c")))),
        ("host!=(a b)", Not(Or((equal("host", "a"), equal("host", "b"))))),
        ("host:(a,b)", equal("host", "a,b")),
        ("port:1024..2048", Field("port", Operator.BETWEEN, "1024..2048")),
        ("port:[1024 TO 2048]", Field("port", Operator.BETWEEN, "1024..2048")),
        ("port:(22 80..90)", Or((equal("port", "22"), Field("port", Operator.BETWEEN, "80..90")))),
        ("port!=1..5", Not(Field("port", Operator.BETWEEN, "1..5"))),
        ("port:1024..", Field("port", Operator.GREATER_EQUAL, "1024")),
        ("port:..80", Field("port", Operator.LESS_EQUAL, "80")),
        ("port:[* TO 80]", Field("port", Operator.LESS_EQUAL, "80")),
        ("port:[* TO *]", equal("port", "*")),
        ("src:10.0.0.1..10.0.0.9", Field("src", Operator.BETWEEN, "10.0.0.1..10.0.0.9")),
        ("src>=10.0.0.1", Field("src", Operator.GREATER_EQUAL, "10.0.0.1")),
        ("x:..\\..\\cmd.exe", equal("x", "..\\..\\cmd.exe")),
        ("x:a..b", equal("x", "a..b")),
        ('x:"1..5"', equal("x", "1..5", True)),
        ("x:[odd]", equal("x", "[odd]")),
        ("parsed:*", equal("parsed", "*")),
    ],
)
def test_values_lists_and_ranges(text: str, wanted: Expression) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("port:(22 http)", 9, "is a number"),
        ("parsed:(true maybe)", 13, "true or false"),
        ("id:(5)", 4, "32 hexadecimal"),
        ("port>(1 2)", 0, "colon"),
        ("port>[1 TO 2]", 0, "colon"),
        ("category:[1 TO 2]", 0, "no order"),
        ("port:[1 TO b]", 11, "numbers or addresses"),
        ("port:[1 TO 10.0.0.1]", 11, "same kind"),
        ("src:[::1 TO 10.0.0.1]", 12, "same kind"),
        ("user>x", 0, "from: and to:"),
    ],
)
def test_mistakes_have_their_place(text: str, at: int, words: str) -> None:
    refused = read(text)
    assert isinstance(refused, Misread) and refused.at == at and words in refused.reason


def test_numbers_and_addresses_are_plain() -> None:
    assert [text for text in ("1", "-1", "1.5", "1e5", "", "-", "٣", "9" * 30) if is_number(text)] == [
        "1",
        "-1",
        "1.5",
    ]
    assert [text for text in ("10.0.0.1", "::1", "10.1", "a:b", "fe80::1%eth0", "") if is_address(text)] == [
        "10.0.0.1",
        "::1",
    ]
