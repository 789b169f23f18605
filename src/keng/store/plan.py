"""How the raw texts of events with one set of fields are cut: constant text, values between, and what varies."""

from collections.abc import Sequence
from itertools import repeat
from operator import add
from typing import NamedTuple

MARK, END = "\x01", "\x02"
REST, VALUE, JSON_VALUE = "-", "=", "\\"


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
        while same and wordy(head[same - 1]):
            same -= 1
        longest = min(len(tail), len(text) - same)
        if self.constant:
            longest = min(longest, len(head) - same)
        end = _same_start(tail[::-1][:longest], text[::-1])
        while end and wordy(tail[len(tail) - end]):
            end -= 1
        return Gap(head[:same], tail[len(tail) - end :] if end else "", False)


class Run(NamedTuple):
    """Constant text with values in it: `head` stands in the raw text, and there begins `format % values of fields`."""

    head: str
    format: str
    fields: tuple[int, ...]


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
            if kind == JSON_VALUE and json_text(values[field]) != values[field]
        }
        self._compile()

    def cut(self, raws: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str | None]:
        """The rests of some raw texts, None where this plan does not fit. columns: for each field its values."""
        written = list(columns)
        for field in self._escaped:
            written[field] = json_texts(columns[field])
        at: list[int] = [0] * len(raws)
        parts: list[list[str]] = []
        wrong: set[int] = set()
        for head, form, fields in self.runs:
            bodies = (
                list(map(form.__mod__, zip(*[written[field] for field in fields], strict=True)))
                if fields
                else [form] * len(raws)
            )
            # Looking for the short head and comparing once is much faster than looking for the whole.
            starts = list(map(str.find, raws, repeat(head), at))
            if not all(map(str.startswith, raws, bodies, starts)) or -1 in starts:
                for n, body in enumerate(bodies):
                    if starts[n] < 0 or not raws[n].startswith(body, starts[n]):
                        starts[n] = raws[n].find(body, at[n]) if starts[n] >= 0 else -1
                        if starts[n] < 0:
                            wrong.add(n)
                            starts[n] = at[n]
            parts.append([raw[begin:end] for raw, begin, end in zip(raws, at, starts, strict=True)])
            at = list(map(add, starts, map(len, bodies)))
        parts.append([raw[begin:] for raw, begin in zip(raws, at, strict=True)])
        rests: list[str | None] = list(map(MARK.join, zip(*parts, strict=True)))
        # A mark of the text's own would be taken for a division.
        marks = len(self.runs)
        for n, rest in enumerate(rests):
            if rest is not None and rest.count(MARK) != marks:
                wrong.add(n)
        for n in wrong:
            rests[n] = None
        return rests

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


def _run(texts: list[str], fields: list[int]) -> Run:
    if not fields:
        return Run(texts[0], texts[0], ())
    return Run(texts[0], "%s".join([text.replace("%", "%%") for text in texts]), tuple(fields))


def json_text(value: str) -> str:
    """A value as JSON writes it, if only backslash and quote are escaped."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def json_texts(values: Sequence[str]) -> Sequence[str]:
    """Several at once: replacing in one long text is much faster than in many short ones."""
    joined = "\0".join(values)
    if "\\" not in joined and '"' not in joined:
        return values
    if joined.count("\0") != len(values) - 1:
        return [json_text(value) for value in values]
    return json_text(joined).split("\0")


def wordy(char: str) -> bool:
    """Part of a word, as the index splits: ASCII letters and digits, and all that is not ASCII."""
    return char.isalnum() if char.isascii() else True


def _same_start(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
