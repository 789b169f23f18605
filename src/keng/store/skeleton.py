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
    """Constant text with values in it: `format % pick(values)` stands in the raw text."""

    format: str
    pick: Callable[[Sequence[str]], Any] | None


class Plan:
    """How the raw text of events with one set of fields is cut."""

    def __init__(self, names: tuple[str, ...], places: tuple[tuple[int, str], ...], gaps: list[Gap]) -> None:
        self.places = places
        self._names = names
        self._gaps = gaps
        self._compile()

    def learn(self, gaps: Sequence[str]) -> None:
        """Fit another event with the same values at the same places, too."""
        self._gaps = [gap.merged(text) for gap, text in zip(self._gaps, gaps, strict=True)]
        self._compile()

    def cut(self, raw: str, plain: Sequence[str], escaped: Sequence[str]) -> str | None:
        """The rest, or None where this plan does not fit."""
        at = 0
        parts = []
        values = escaped if self.escapes else plain
        for form, pick in self.runs:
            body = form % pick(values) if pick is not None else form
            start = raw.find(body, at)
            if start < 0:
                return None
            parts.append(raw[at:start])
            at = start + len(body)
        parts.append(raw[at:])
        rest = MARK.join(parts)
        # A mark of the text's own would be taken for a division.
        return rest if rest.count(MARK) == len(self.runs) else None

    def _compile(self) -> None:
        kinds = {kind for _index, kind in self.places}
        self.escapes = JSON_VALUE in kinds
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
        return Run(texts[0], None)
    return Run("%s".join([text.replace("%", "%%") for text in texts]), itemgetter(*indexes))


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
        escaped = _escaped(values)
        if escaped is None:
            return "", raw
        for plan in shape.plans:
            rest = plan.cut(raw, values, escaped)
            if rest is not None:
                return plan.skeleton, rest
        shape.misses += 1
        if shape.studied >= LEARNING and shape.misses % SELDOM:
            return "", raw
        shape.studied += 1
        return self._study(shape, names, values, escaped, raw)

    def _study(
        self, shape: _Shape, names: tuple[str, ...], values: Sequence[str], escaped: Sequence[str], raw: str
    ) -> tuple[str, str]:
        places, gaps = _taken_apart(names, values, escaped, raw)
        if not places:
            return "", raw
        plan = next((plan for plan in shape.plans if plan.places == places), None)
        if plan is None:
            plan = Plan(names, places, [Gap(text) for text in gaps])
            shape.plans = [plan, *shape.plans][:MAX_PLANS]
        else:
            plan.learn(gaps)
        rest = plan.cut(raw, values, escaped)
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


def _escaped(values: Sequence[str]) -> Sequence[str] | None:
    """All values as JSON writes them, in one pass over their common text."""
    text = "\0".join(values)
    if "\\" not in text and '"' not in text:
        return values
    escaped = _json(text).split("\0")
    return escaped if len(escaped) == len(values) else None


def _taken_apart(
    names: tuple[str, ...], values: Sequence[str], escaped: Sequence[str], raw: str
) -> tuple[tuple[tuple[int, str], ...], list[str]]:
    """Which values stand where in a text, in its order, and the text between them."""
    if MARK in raw or END in raw or any(MARK in name or END in name for name in names):
        return (), []
    json = raw.lstrip()[:1] in ("{", "[")
    kind = JSON_VALUE if json else VALUE
    written = escaped if json else values
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
