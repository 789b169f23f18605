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

How to cut is learned from a few events of the same set of fields, then tried on the others, whole columns at a time: one
formatting and one search in the text for each run of constant text. What does not fit is kept whole.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from keng.store.plan import END, JSON_VALUE, MARK, REST, VALUE, Plan, json_text, wordy

MIN_RAW = 160  # below, there is little to win
MAX_RAW = 64 * 1024
MIN_LOOSE = 5  # a value that stands nowhere under its name is looked for from this length on
MAX_SHAPES = 2_000
MAX_PLANS = 4  # ways in which one set of fields may be written
LEARNING = 24  # events of a set of fields that are studied; then one of SELDOM misses
SELDOM = 64
MAX_STEP = 4_096


class Found(NamedTuple):
    """Where a value stands in a raw text. field: which of the event's fields."""

    start: int
    end: int
    field: int
    kind: str


class _Shape:
    """What is known of one set of fields."""

    __slots__ = ("misses", "plans", "step", "studied")

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.studied = self.misses = 0
        self.step = 1


class Skeletons:
    """Learns and cuts. Not for two threads at once."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def cut(
        self, names: tuple[str, ...], columns: Sequence[Sequence[str]], raws: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """Skeletons and rests of the raw texts of events with one set of fields.

        names, columns: the events' fields in their order; for each its values, as they are kept.
        """
        skeletons, rests = [""] * len(raws), list(raws)
        left = [n for n, raw in enumerate(raws) if MIN_RAW <= len(raw) <= MAX_RAW] if names else []
        shape = self._shape(names) if left else _Shape()
        while left:
            # In small steps while there is much to learn: what is learned from one event fits the next ones.
            turn, left = left[: shape.step], left[shape.step :]
            shape.step = min(shape.step * 2, MAX_STEP)
            for n in self._planned(shape, columns, raws, turn, skeletons, rests):
                skeletons[n], rests[n] = self._alone(shape, names, [column[n] for column in columns], raws[n])
        return skeletons, rests

    def _shape(self, names: tuple[str, ...]) -> _Shape:
        shape = self._shapes.get(names)
        if shape is None:
            if len(self._shapes) >= MAX_SHAPES:
                self._shapes.clear()
            shape = self._shapes[names] = _Shape()
        return shape

    @staticmethod
    def _planned(
        shape: _Shape,
        columns: Sequence[Sequence[str]],
        raws: Sequence[str],
        rows: Sequence[int],
        skeletons: list[str],
        rests: list[str],
    ) -> Sequence[int]:
        """Cut rows by what is known. Returns those that fit nothing."""
        for plan in shape.plans:
            if not rows:
                break
            whole = len(rows) == len(raws)
            cut = plan.cut(
                raws if whole else [raws[n] for n in rows],
                columns if whole else [[column[n] for n in rows] for column in columns],
            )
            unfit = []
            for n, rest in zip(rows, cut, strict=True):
                if rest is None:
                    unfit.append(n)
                else:
                    skeletons[n], rests[n] = plan.skeleton, rest
            rows = unfit
        return rows

    def _alone(
        self, shape: _Shape, names: tuple[str, ...], values: Sequence[str], raw: str
    ) -> tuple[str, str]:
        """Study what fitted nothing; most of the time it is kept whole."""
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
        rest = plan.cut((raw,), [(value,) for value in values])[0]
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
            text.append(json_text(value) if kind == JSON_VALUE else value)
        text.append(literal)
    return "".join(text)


def _taken_apart(
    names: tuple[str, ...], values: Sequence[str], raw: str
) -> tuple[tuple[tuple[int, str], ...], list[str]]:
    """Which values stand where in a text, in its order, and the text between them."""
    if MARK in raw or END in raw or any(MARK in name or END in name for name in names):
        return (), []
    json = raw.lstrip()[:1] in ("{", "[")
    kind = JSON_VALUE if json else VALUE
    written = [json_text(value) for value in values] if json else values
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
    return not wordy(before) and not wordy(after) and before != "\\"
