"""Raw text without what the fields say already: a skeleton that many events share, and the rest that is the event's own.

A Windows event's raw text repeats every value that its fields hold. Kept twice, each value would cost its space and
its time twice. So the values are taken out of the text where they stand whole, between characters that are no part of a
word (the word index must see the same words):

    raw       {"at":"08:15","data":{"Image":"C:\\\\a.exe","Pid":4711}}
    skeleton  | {"at":" |- ","data":{"Image":" |\\Image ","Pid": |=Pid }}       LowCardinality: kept once a part
    rest      08:15
    fields    Image: C:\\a.exe, Pid: 4711

Layout of a skeleton: pieces, each `\\x01` kind name `\\x02` literal. Kind `-`: the next part of the rest (parts are divided
by `\\x01`); `=`: the field's value; `\\`: the value as JSON writes it (only backslash and quote escaped). An empty skeleton:
the rest is the raw text. `RAW` (schema) puts the text together in SQL, `joined` here; both give back exactly what came.

How to cut is learned from a few events of the same set of fields, then tried on the others: one formatting and one
search in the text for each run of constant text. What does not fit is kept whole.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

MARK, END = "\x01", "\x02"
REST, VALUE, JSON_VALUE = "-", "=", "\\"
MIN_RAW = 160  # below, there is little to win
MAX_RAW = 64 * 1024
MIN_LOOSE = 5  # a value that stands nowhere under its name is looked for from this length on
MAX_SHAPES = 2_000
MAX_PLANS = 4  # ways in which one set of fields may be written
LEARNING = 24  # events of a set of fields that are studied; then one of SELDOM misses
SELDOM = 64


class Found(NamedTuple):
    """Where a value stands in a raw text. field: which of the event's fields."""

    start: int
    end: int
    field: int
    kind: str


class Gap(NamedTuple):
    """Text between two values. constant: all of it; else it begins with `head`, ends with `tail`, and varies between."""

    head: str
    tail: str = ""
    constant: bool = True

    def merged(self, text: str) -> "Gap":
        """The gap that also fits this text. Cuts only where no word is cut."""
        if self.constant and text == self.head:
            return self
        head, tail = self.head, self.head if self.constant else self.tail
        if (
            not self.constant
            and len(text) >= len(head) + len(tail)
            and text.startswith(head)
            and text.endswith(tail)
        ):
            return self
        same = _same_start(head, text)
        while same and _wordy(head[same - 1]):
            same -= 1
        longest = min(len(tail), len(text) - same)
        if self.constant:
            longest = min(longest, len(head) - same)
        end = _same_start(tail[::-1][:longest], text[::-1])
        while end and _wordy(tail[len(tail) - end]):
            end -= 1
        return Gap(head[:same], tail[len(tail) - end :] if end else "", False)


class Run(NamedTuple):
    """Constant text with values in it: `head` stands in the raw text, and there begins `format % pick(values)`."""

    head: str
    format: str
    pick: Callable[[Sequence[str]], Any] | None


class Plan:
    """How the raw text of events with one set of fields is cut."""

    def __init__(self, names: tuple[str, ...], places: tuple[tuple[int, str], ...]) -> None:
        self.places = places
        self._names = names
        self._gaps: list[Gap] = []
        self._escaped: set[int] = set()

    def learn(self, gaps: Sequence[str], values: Sequence[str]) -> None:
        """Fit another event with values at the same places, too."""
        if self._gaps:
            self._gaps = [gap.merged(text) for gap, text in zip(self._gaps, gaps, strict=True)]
        else:
            self._gaps = [Gap(text) for text in gaps]
        self._escaped |= {
            field
            for field, kind in self.places
            if kind == JSON_VALUE and _json(values[field]) != values[field]
        }
        self._compile()

    def cut(self, raw: str, values: Sequence[str]) -> str | None:
        """The rest, or None where this plan does not fit."""
        if self._escaped:
            values = list(values)
            for field in self._escaped:
                value = values[field]
                if "\\" in value or '"' in value:
                    values[field] = _json(value)
        at = 0
        parts = []
        for head, form, pick in self.runs:
            body = form % pick(values) if pick is not None else form
            start = raw.find(head, at)
            # Looking for the short head and comparing once is much faster than looking for the whole.
            if start < 0 or (not raw.startswith(body, start) and (start := raw.find(body, start)) < 0):
                return None
            parts.append(raw[at:start])
            at = start + len(body)
        parts.append(raw[at:])
        rest = MARK.join(parts)
        # A mark of the text's own would be taken for a division.
        return rest if rest.count(MARK) == len(self.runs) else None

    def _compile(self) -> None:
        pieces: list[tuple[str, str, str]] = [(REST, "", "")]  # kind, name, literal after it
        runs: list[tuple[list[str], list[int]]] = [([""], [])]
        for n, gap in enumerate(self._gaps):
            if n:
                index, kind = self.places[n - 1]
                pieces.append((kind, self._names[index], ""))
                runs[-1][0].append("")
                runs[-1][1].append(index)
            pieces[-1] = (*pieces[-1][:2], gap.head)
            runs[-1][0][-1] += gap.head
            if not gap.constant:
                pieces.append((REST, "", gap.tail))
                runs.append(([gap.tail], []))
        pieces.append((REST, "", ""))
        self.skeleton = "".join([f"{MARK}{kind}{name}{END}{literal}" for kind, name, literal in pieces])
        self.runs = tuple([_run(texts, indexes) for texts, indexes in runs])


def _run(texts: list[str], indexes: list[int]) -> Run:
    if not indexes:
        return Run(texts[0], texts[0], None)
    return Run(texts[0], "%s".join([text.replace("%", "%%") for text in texts]), itemgetter(*indexes))


class _Shape:
    """What is known of one set of fields."""

    __slots__ = ("misses", "plans", "studied")

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.studied = self.misses = 0


class Skeletons:
    """Learns and cuts. Not for two threads at once."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def cut(self, names: tuple[str, ...], values: Sequence[str], raw: str) -> tuple[str, str]:
        """Skeleton and rest of a raw text; names, values: the event's fields in their order, values as they are kept."""
        if not MIN_RAW <= len(raw) <= MAX_RAW or not names:
            return "", raw
        shape = self._shapes.get(names)
        if shape is None:
            if len(self._shapes) >= MAX_SHAPES:
                self._shapes.clear()
            shape = self._shapes[names] = _Shape()
        for plan in shape.plans:
            rest = plan.cut(raw, values)
            if rest is not None:
                return plan.skeleton, rest
        shape.misses += 1
        if shape.studied >= LEARNING and shape.misses % SELDOM:
            return "", raw
        shape.studied += 1
        return self._study(shape, names, values, raw)

    def _study(
        self, shape: _Shape, names: tuple[str, ...], values: Sequence[str], raw: str
    ) -> tuple[str, str]:
        places, gaps = _taken_apart(names, values, raw)
        if not places:
            return "", raw
        plan = next((plan for plan in shape.plans if plan.places == places), None)
        if plan is None:
            plan = Plan(names, places)
            shape.plans = [plan, *shape.plans][:MAX_PLANS]
        plan.learn(gaps, values)
        rest = plan.cut(raw, values)
        return ("", raw) if rest is None else (plan.skeleton, rest)


def joined(skeleton: str, rest: str, fields: Mapping[str, str]) -> str:
    """The raw text again."""
    if not skeleton:
        return rest
    parts = iter(rest.split(MARK))
    text = []
    for piece in skeleton[1:].split(MARK):
        kind, (name, _, literal) = piece[0], piece[1:].partition(END)
        if kind == REST:
            text.append(next(parts, ""))
        else:
            value = fields.get(name, "")
            text.append(_json(value) if kind == JSON_VALUE else value)
        text.append(literal)
    return "".join(text)


def _json(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _taken_apart(
    names: tuple[str, ...], values: Sequence[str], raw: str
) -> tuple[tuple[tuple[int, str], ...], list[str]]:
    """Which values stand where in a text, in its order, and the text between them."""
    if MARK in raw or END in raw or any(MARK in name or END in name for name in names):
        return (), []
    json = raw.lstrip()[:1] in ("{", "[")
    kind = JSON_VALUE if json else VALUE
    written = [_json(value) for value in values] if json else values
    taken: list[Found] = []
    loose = []
    for index, (name, value) in enumerate(zip(names, written, strict=True)):
        found = _under_its_name(raw, name, value, index, kind) if value else None
        if found is not None and _free(found, taken):
            taken.append(found)
        elif len(value) >= MIN_LOOSE:
            loose.append(index)
    for index in loose:
        start = raw.find(written[index])
        if start >= 0:
            found = Found(start, start + len(written[index]), index, kind)
            if _whole(raw, found) and _free(found, taken):
                taken.append(found)
    taken.sort()
    edges = [0, *[edge for found in taken for edge in (found.start, found.end)], len(raw)]
    gaps = [raw[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
    return tuple([(found.field, found.kind) for found in taken]), gaps


def _under_its_name(raw: str, name: str, value: str, index: int, kind: str) -> Found | None:
    for before in (
        f'"{name}":"',
        f'"{name}":',
        f'"{name}": "',
        f'"{name}": ',
        f"{name}=",
        f'{name}="',
        f'"{name}">',
    ):
        start = raw.find(before + value)
        if start >= 0:
            found = Found(start + len(before), start + len(before) + len(value), index, kind)
            if _whole(raw, found):
                return found
    return None


def _free(found: Found, taken: Sequence[Found]) -> bool:
    return all(found.end <= other.start or found.start >= other.end for other in taken)


def _whole(raw: str, found: Found) -> bool:
    """Whether no word goes on over the edges."""
    before = raw[found.start - 1] if found.start else " "
    after = raw[found.end] if found.end < len(raw) else " "
    return not _wordy(before) and not _wordy(after) and before != "\\"


def _wordy(char: str) -> bool:
    """Part of a word, as the index splits: ASCII letters and digits, and all that is not ASCII."""
    return char.isalnum() if char.isascii() else True


def _same_start(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
