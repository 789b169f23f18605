"""Statements of a search by rules: the distinct values of fields, and the events that have some of them.

A value is named by its hash: a few thousand numbers are a short statement, whatever the values hold. Two values with
one hash are both selected, and told apart afterwards.
"""

# ruff: noqa: S608
# Only constants and placeholders are put together here; values travel apart, in `Parameters`.

from collections.abc import Sequence

from keng.model.probe import FOLDING, Selection, Values
from keng.store.parameters import Parameters
from keng.store.schema import EVENTS

_DATA = (
    "(startsWith(rest, '{') OR startsWith(rest, '<Event') OR ((rest = '' OR startsWith(rest, '\\x01')) AND "
    "(startsWith(skeleton, '\\x01-\\x02{') OR startsWith(skeleton, '\\x01-\\x02<Event'))))"
)
MOST_WORDS = 255  # as ClickHouse takes
_PLACES = "Array(Tuple(Int64, FixedString(16)))"
_VALUES = "arrayStringConcat(fields.values, '\\n')"


def distinct_values(fields: Sequence[str], where: str, parameters: Parameters) -> str:
    """bits: which field (as GROUPING says it), v: a value, k: its hash, n: events that have it. All in one reading."""
    names = [f"f{number}" for number in range(len(fields))]
    columns = ", ".join(
        [f"{parameters.log_field(field)} AS {name}" for field, name in zip(fields, names, strict=True)]
    )
    listed = ", ".join(names)
    value = f"concat({listed})" if len(names) > 1 else listed
    return (
        f"SELECT toUInt64(bits) AS bits, {value} AS v, cityHash64(v) AS k, n FROM ("
        f"SELECT {listed}, count() AS n, grouping({listed}) AS bits FROM (SELECT {columns} FROM {EVENTS} WHERE {where}) "
        f"GROUP BY GROUPING SETS ({', '.join([f'({name})' for name in names])}))"
    )


def selected(
    selection: Selection,
    fields: Sequence[str],
    event_id: str,
    where: str,
    parameters: Parameters,
    places: bool = True,
) -> str:
    """e: event id; f0, f1 …: what the fields hold; word: whether a word may be there; places: time and id of the events, if asked for."""
    hashes: dict[str, str] = {}

    def one_of(values: Values) -> str:
        tests = []
        for field, keys in sorted(values.items()):
            if field not in hashes:
                hashes[field] = f"cityHash64({parameters.log_field(field)})"
            tests.append(f"{hashes[field]} IN {parameters.numbers(sorted(keys))}")
        return f"({' OR '.join(tests)})" if tests else "false"

    tests = [one_of(selection.values)] if selection.values else []
    for clause in selection.clauses:
        parts = [one_of(values) for values in clause.values]
        if clause.event_ids is not None:
            parts.append(f"{event_id} IN {parameters.texts(sorted(clause.event_ids))}")
        tests.append(f"({' AND '.join(parts) or 'true'})")
    word = "false"
    if selection.words:
        word = _has_word(selection.words, parameters)
        tests.append(word)
    names = [f"f{number}" for number in range(len(fields))]
    columns = [f"{parameters.log_field(field)} AS {name}" for field, name in zip(fields, names, strict=True)]
    inner = ", ".join([f"{event_id} AS e", f"{word} AS word", *columns])
    keys = ", ".join(["e", "word", *names])
    found = "groupArray((toUnixTimestamp64Micro(at), id))" if places else f"CAST([], '{_PLACES}')"
    return (
        f"SELECT {keys}, {found} AS places FROM ("
        f"SELECT time AS at, id, {inner} FROM {EVENTS} WHERE {where} AND ({' OR '.join(tests)})) GROUP BY {keys}"
    )


def with_word(words: Sequence[str], where: str, parameters: Parameters, most: int) -> str:
    """product, service, categories; n: events in which one of the words may be; places: time and id of `most` of them."""
    return (
        f"SELECT product, service, categories, count() AS n, "
        f"groupArray({int(most)})((toUnixTimestamp64Micro(time), id)) AS places FROM {EVENTS} "
        f"WHERE {where} AND {_has_word(words, parameters)} GROUP BY product, service, categories"
    )


def _has_word(words: Sequence[str], parameters: Parameters) -> str:
    """Keywords look into every value, and into the raw text where it is a line: making that one again is dear.

    Letters that fold to others are looked for, too; what is no UTF-8 may hold anything. Nothing has to be compiled.
    """
    folding = parameters.texts(FOLDING)
    groups = [
        parameters.texts(words[start : start + MOST_WORDS]) for start in range(0, len(words), MOST_WORDS)
    ]

    def test(text: str) -> str:
        found = [f"multiSearchAnyCaseInsensitive({text}, {group})" for group in groups]
        return " OR ".join([*found, f"multiSearchAny({text}, {folding})", f"NOT isValidUTF8({text})"])

    return f"({test(_VALUES)} OR (NOT {_DATA} AND ({test('raw')})))"
