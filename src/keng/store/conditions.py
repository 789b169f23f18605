"""From an expression to a condition in SQL. What was typed goes into parameters only, names of fields included.

Everything compares without regard to case. Where whole words can be told from a value, the word index narrows the
search down first (`hasAllTokens`), and the exact condition decides.
"""

import ipaddress
import re

from keng.store.anywhere import MIN_PART, anywhere
from keng.store.comparison import is_number
from keng.store.fields import Column, Names, Tail, Target, Type, targets
from keng.store.listed import any_of
from keng.store.parameters import Parameters
from keng.store.query import And, Expression, Field, Not, Operator, Or, Word
from keng.store.schema import WORDS

MAX_TOKENS = 32
_TOKEN = re.compile(r"[a-zA-Z0-9\u0080-\U0010ffff]+")
_RANGE = re.compile(r"[0-9a-fA-F:.]{2,45}/\d{1,3}", re.ASCII)
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_LIKE_WILD = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%", "?": "_"})
_TRUE = frozenset(("true", "1", "yes"))


def condition(expression: Expression, names: Names, parameters: Parameters) -> str:
    """A condition in parentheses; its values are added to `parameters`."""
    match expression:
        case Word():
            return _word(expression, parameters)
        case Field():
            found = [_compare(target, expression, parameters) for target in targets(expression.name, names)]
            return f"({' OR '.join(found)})"
        case Not(inner):
            return f"(NOT {condition(inner, names, parameters)})"
        case And(parts):
            return f"({' AND '.join([condition(part, names, parameters) for part in parts])})"
        case Or(parts):
            listed = any_of(parts, names, parameters)
            return listed or f"({' OR '.join([condition(part, names, parameters) for part in parts])})"


def values_of(found: tuple[Target, ...], parameters: Parameters) -> str:
    """The values of a field as SQL that yields texts. Of several columns an event has each value once."""
    if len(found) == 1 and isinstance(found[0], Column) and found[0].type is not Type.LIST:
        return _value(found[0])
    arrays = [
        f"splitByChar('\\n', {parameters.log_field(target.name)})"
        if isinstance(target, Tail)
        else target.name
        if target.type is Type.LIST
        else f"[toString({_value(target)})]"
        for target in found
    ]
    return f"arrayJoin(arrayDistinct(arrayConcat({', '.join(arrays)})))"


def _value(column: Column) -> str:
    if column.type is Type.ID:
        return f"lower(hex({column.name}))"
    if column.type is Type.NUMBER:
        return f"if({column.name} = 0, '', toString({column.name}))"
    return f"toString({column.name})" if column.type is Type.BOOLEAN else column.name


def _word(word: Word, parameters: Parameters) -> str:
    text = word.text
    if not word.quoted and ("*" in text or "?" in text):
        inner = text.strip("*")
        if len(inner) >= MIN_PART and _TOKEN.fullmatch(inner):
            # Looked up among the index's own words.
            return f"({WORDS} LIKE lowerUTF8({parameters.text('%' + inner + '%')}))"
        tokens = _inner_tokens(inner, "*?", open_ends=True)
        return _narrowed(tokens, anywhere(inner, True, parameters), parameters)
    tokens = _TOKEN.findall(text)
    if tokens == [text]:
        return f"hasAllTokens({WORDS}, lowerUTF8({parameters.text(text)}))"
    return _narrowed(tokens, anywhere(text, False, parameters), parameters)


def _narrowed(tokens: list[str], exact: str, parameters: Parameters) -> str:
    if not tokens:
        return f"({exact})"
    needles = parameters.text(" ".join(sorted(set(tokens), key=len)[-MAX_TOKENS:]))
    return f"(hasAllTokens({WORDS}, lowerUTF8({needles})) AND {exact})"


def _inner_tokens(pattern: str, wild: str, open_ends: bool) -> list[str]:
    """Whole words of a pattern: those that no wildcard touches. open_ends: text may go on before and after it."""
    found = []
    for token in _TOKEN.finditer(pattern):
        before = pattern[token.start() - 1] if token.start() else ("*" if open_ends else " ")
        after = pattern[token.end()] if token.end() < len(pattern) else ("*" if open_ends else " ")
        if before not in wild and after not in wild:
            found.append(token[0])
    return found


def _compare(target: Target, field: Field, parameters: Parameters) -> str:
    if field.operator is not Operator.EQUAL:
        return _order(target, field, parameters)
    value = field.value
    if not field.quoted and value and set(value) == {"*"}:
        return _present(target, parameters)
    if isinstance(target, Column):
        if target.type is Type.BOOLEAN:
            return f"({target.name} = {'true' if value.lower() in _TRUE else 'false'})"
        if target.type is Type.ID:
            return f"({target.name} = unhex({parameters.text(value)}))"
        if target.type is Type.NUMBER:
            if value.isdigit():
                return f"({target.name} = {parameters.whole(int(value))})"
            return f"(toString({target.name}) LIKE {parameters.text(value.translate(_LIKE_WILD))})"
        if target.type is Type.LIST:
            test = _text_test("item", field, parameters)
            return f"arrayExists(item -> {test}, {target.name})"
    return _text(target, field, parameters)


def _text(target: Target, field: Field, parameters: Parameters) -> str:
    """Equality of a text; of a log's own field also of one line, since lists are kept as lines."""
    if isinstance(target, Column):
        column = target.name
        exact = _in_network(column, field, parameters) or _or_part(
            _text_test(column, field, parameters), target, field, parameters
        )
    else:
        column = parameters.log_field(target.name)
        network = _in_network("line", field, parameters)
        exact = (
            f"arrayExists(line -> {network}, splitByChar('\\n', {column}))"
            if network
            else _or_line(column, field, parameters)
        )
    if field.value and (isinstance(target, Tail) or target.worded) and _network(field.value) is None:
        wild = "" if field.quoted else "*?"
        # A pattern with doubled backslashes stands for both spellings, and the tokens are the same for both.
        return _narrowed(_inner_tokens(field.value, wild, open_ends=False), exact, parameters)
    return f"({exact})"


def _in_network(text: str, field: Field, parameters: Parameters) -> str:
    """Whether an address is in the range that the value names; "" where it names none."""
    network = None if field.quoted else _network(field.value)
    if network is None:
        return ""
    low, high = (parameters.text(str(address)) for address in network)
    address = f"toIPv6OrNull(toString({text}))"
    return f"ifNull({address} >= toIPv6({low}) AND {address} <= toIPv6({high}), false)"


def _or_line(column: str, field: Field, parameters: Parameters) -> str:
    exact = _text_test(column, field, parameters)
    if not field.value:
        return exact
    value = _pattern(field.value, not field.quoted)
    places = [f"{value}\n%", f"%\n{value}", f"%\n{value}\n%"]
    return f"({exact} OR {' OR '.join([f'{column} ILIKE {parameters.text(place)}' for place in places])})"


def _or_part(exact: str, column: Column, field: Field, parameters: Parameters) -> str:
    """Also true for the last part of a path or the first label of a name, where the value is written without."""
    value, wild = field.value, not field.quoted
    if column.last_part and value and not set(value) & set("\\/"):
        ends = [
            parameters.text("%" + _pattern(separator, False) + _pattern(value, wild)) for separator in "\\/"
        ]
        return f"({exact} OR {' OR '.join([f'{column.name} ILIKE {end}' for end in ends])})"
    if column.first_part and value and "." not in value:
        return f"({exact} OR {column.name} ILIKE {parameters.text(_pattern(value, wild) + '.%')})"
    return exact


def _pattern(text: str, wild: bool) -> str:
    return text.translate(_LIKE_WILD if wild else _LIKE)


def _text_test(column: str, field: Field, parameters: Parameters) -> str:
    spellings = [field.value]
    if not field.quoted and "\\\\" in field.value:
        spellings.append(field.value.replace("\\\\", "\\"))  # written the way rules write paths
    wild = not field.quoted and ("*" in field.value or "?" in field.value)
    tests = [
        f"{column} ILIKE {parameters.text(spelling.translate(_LIKE_WILD))}"
        if wild
        else f"lowerUTF8({column}) = lowerUTF8({parameters.text(spelling)})"
        for spelling in spellings
    ]
    return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def _present(target: Target, parameters: Parameters) -> str:
    if isinstance(target, Tail):
        return f"({parameters.log_field(target.name)} != '')"
    if target.type is Type.NUMBER:
        return f"({target.name} != 0)"
    if target.type is Type.TEXT:
        return f"({target.name} != '')"
    return "(notEmpty(categories))" if target.type is Type.LIST else "true"


def _order(target: Target, field: Field, parameters: Parameters) -> str:
    """Numbers and addresses by their order; of a log's own field with several lines any one."""
    bounds = field.value.split("..") if field.operator is Operator.BETWEEN else [field.value]
    operators = (">=", "<=") if field.operator is Operator.BETWEEN else (field.operator.value,)
    pairs = list(zip(operators, bounds, strict=True))
    if isinstance(target, Column) and target.type is Type.NUMBER and is_number(bounds[0]):
        # An unknown port is kept as 0 and is no small port.
        return f"({_numbers(target.name, pairs, parameters)} AND {target.name} != 0)"

    def test(text: str) -> str:
        if is_number(bounds[0]):
            return f"ifNull({_numbers(f'toFloat64OrNull(toString({text}))', pairs, parameters)}, false)"
        return f"ifNull({_addresses(f'toIPv6OrNull(toString({text}))', pairs, parameters)}, false)"

    if isinstance(target, Column):
        return test(target.name)
    column = parameters.log_field(target.name)
    any_line = f"arrayExists(line -> {test('line')}, splitByChar('\\n', {column}))"
    return f"({test(column)} OR (position({column}, '\\n') > 0 AND {any_line}))"


def _numbers(value: str, pairs: list[tuple[str, str]], parameters: Parameters) -> str:
    tests = [f"{value} {operator} {parameters.number(float(bound))}" for operator, bound in pairs]
    return f"({' AND '.join(tests)})"


def _addresses(value: str, pairs: list[tuple[str, str]], parameters: Parameters) -> str:
    """Addresses of the bounds' own family only, since IPv4 lies inside IPv6 (::ffff:0.0.0.0)."""
    tests = [
        f"{value} {operator} toIPv6({parameters.text(str(ipaddress.ip_address(bound)))})"
        for operator, bound in pairs
    ]
    first, last = "toIPv6('::ffff:0.0.0.0')", "toIPv6('::ffff:255.255.255.255')"
    if ipaddress.ip_address(pairs[0][1]).version == 4:
        tests += [f"{value} >= {first}", f"{value} <= {last}"]
    else:
        tests.append(f"({value} < {first} OR {value} > {last})")
    return f"({' AND '.join(tests)})"


def _network(value: str) -> tuple[ipaddress.IPv6Address, ipaddress.IPv6Address] | None:
    if not _RANGE.fullmatch(value):
        return None
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    low, high = int(network.network_address), int(network.broadcast_address)
    mapped = 0xFFFF_0000_0000 if network.version == 4 else 0
    return ipaddress.IPv6Address(low | mapped), ipaddress.IPv6Address(high | mapped)
