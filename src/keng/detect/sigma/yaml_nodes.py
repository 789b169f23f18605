"""YAML of rule files to nodes that know their line.

Read from the parser's events, not its loader: no recursion (a file of ten thousand brackets stays an error,
not a crash), a bound on size, depth and nodes (aliases cannot blow up), duplicate keys refused. Plain
scalars follow YAML 1.2: `yes`, `12:30` and `007` are text; numbers, `true`, `false`, `null` are what they
look like. Merge keys (`<<: *name`) are followed, as rule writers use them.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from keng.detect.sigma.errors import RuleError

MAX_BYTES = 16 << 20
"""Of one file: all of SigmaHQ's rules in one are six million."""
MAX_DOCUMENTS = 20_000
"""Of one file."""
MAX_DEPTH = 32
MAX_NODES = 100_000
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
MERGE = "<<"
_DIGITS = frozenset("0123456789")
Plain = str | int | float | bool | None


class Hex(int):
    """A number that the rule writes in hexadecimal: logs do so too, as text. As text it is what was written."""

    written: str

    def __new__(cls, text: str) -> "Hex":
        """text: `0x1F`. Raises `ValueError`."""
        number = super().__new__(cls, text, 16)
        number.written = text
        return number

    def __str__(self) -> str:
        return self.written


class Place(int):
    """The number of a line that knows the column, too (1-based); a plain number to all who count."""

    column = 0


def _place(mark: Any, first: int) -> Place:
    place = Place(mark.line + first)
    place.column = mark.column + 1
    return place


class Scalar:
    """One value. value: text, number, truth value or None; line: 1-based."""

    __slots__ = ("line", "value")

    def __init__(self, value: Plain, line: int) -> None:
        self.value = value
        self.line = line


class Sequence:
    """A list."""

    __slots__ = ("items", "line")

    def __init__(self, line: int) -> None:
        self.items: list[Node] = []
        self.line = line


class Mapping:
    """A map. pairs: key (always text; other scalars as their YAML text) to (line of the key, value)."""

    __slots__ = ("key", "line", "pairs")

    def __init__(self, line: int) -> None:
        self.pairs: dict[str, tuple[int, Node]] = {}
        self.line = line
        self.key: tuple[str, int] | None = None

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None."""
        pair = self.pairs.get(key)
        return pair[1] if pair else None


Node = Scalar | Sequence | Mapping


def read_documents(data: bytes) -> Iterator[Node | None]:
    """Each document's root; None for an empty one. Raises `RuleError` on bad YAML or a limit."""
    for found in read_stream(data):
        if isinstance(found, RuleError):
            raise found
        yield found


def read_stream(data: bytes) -> Iterator[Node | RuleError | None]:
    """As `read_documents`, but a document that cannot be read is an error among the others, which go on."""
    if len(data) > MAX_BYTES:
        yield RuleError("the file is larger than {bytes} bytes", 0, bytes=MAX_BYTES)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield RuleError("not UTF-8 at byte {start}", line, start=error.start)
        return
    for number, found in enumerate(_each(text)):
        if number >= MAX_DOCUMENTS:
            yield RuleError("more than {documents} documents in one file", 0, documents=MAX_DOCUMENTS)
            return
        yield found


def _each(text: str) -> Iterator[Node | RuleError | None]:
    for first, part in _parts(text):
        try:
            yield from _documents(part, first)
        except RuleError as error:
            yield error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or "not readable"
            yield RuleError(
                "not YAML: {problem}", _place(mark, first) if mark else first - 1, problem=problem
            )
        except ValueError as error:
            yield RuleError("not YAML: {error}", first - 1, error=error)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of each document: `---` at the start of a line always begins one."""
    if "---" not in text:
        yield 1, text
        return
    lines = text.splitlines(keepends=True) if "\r" in text else text.split("\n")
    joint = "" if "\r" in text else "\n"
    start, said = 0, False
    for place, line in enumerate(lines):
        if said and line.startswith("---") and not line[3:4].strip():
            yield start + 1, joint.join(lines[start:place])
            start, said = place, True
        elif line.strip() and not line.startswith(("%", "#")):
            said = True
    yield start + 1, joint.join(lines[start:])


def plain_value(node: Node | None) -> object:
    """The node as plain lists, dicts and scalars (depth is bounded by the reader)."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return int(node.value) if isinstance(node.value, Hex) else node.value
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.items]
    return {key: plain_value(value) for key, (_, value) in node.pairs.items()}


def _documents(text: str, first: int) -> Iterator[Node | None]:
    stack: list[Sequence | Mapping] = []
    root: Node | None = None
    anchors: dict[str, Node] = {}
    count = 0
    event: Any
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            line = _place(event.start_mark, first)
            value = event.value
            node: Node = Scalar(_resolve(value) if event.implicit[0] and not event.style else value, line)
            if stack and type(top := stack[-1]) is Mapping and top.key is None:
                if event.anchor:
                    anchors[event.anchor] = node
                _set_key(top, value, line)
                count += 1
                continue
        elif kind is yaml.MappingStartEvent:
            node = Mapping(_place(event.start_mark, first))
        elif kind is yaml.SequenceStartEvent:
            node = Sequence(_place(event.start_mark, first))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            closed = stack.pop()
            if isinstance(closed, Mapping) and MERGE in closed.pairs:
                _merge(closed)
            continue
        elif kind is yaml.AliasEvent:
            line = _place(event.start_mark, first)
            if event.anchor not in anchors:
                raise RuleError("alias *{anchor} stands before its anchor", line, anchor=event.anchor)
            node = anchors[event.anchor]
            if node in stack:
                raise RuleError("alias *{anchor} contains itself", line, anchor=event.anchor)
            count += _size(node)
        elif kind is yaml.DocumentStartEvent:
            root, anchors, count = None, {}, 0
            continue
        elif kind is yaml.DocumentEndEvent:
            yield None if isinstance(root, Scalar) and root.value is None else root
            continue
        else:
            continue
        count += 1
        if count > MAX_NODES:
            raise RuleError(
                "more than {nodes} values in one document", _place(event.start_mark, first), nodes=MAX_NODES
            )
        if getattr(event, "anchor", None) and kind is not yaml.AliasEvent:
            anchors[event.anchor] = node
        if stack:
            _attach(stack[-1], node, _place(event.start_mark, first))
        else:
            root = node
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(stack) >= MAX_DEPTH:
                raise RuleError(
                    "nested deeper than {depth} levels", _place(event.start_mark, first), depth=MAX_DEPTH
                )
            assert not isinstance(node, Scalar)
            stack.append(node)


def _merge(mapping: Mapping) -> None:
    """`<<: *name`: what the named maps have and this one has not. Something else under `<<` stays as it is."""
    value = mapping.pairs[MERGE][1]
    sources = value.items if isinstance(value, Sequence) else [value]
    if not all(isinstance(source, Mapping) for source in sources):
        return
    del mapping.pairs[MERGE]
    for source in sources:
        assert isinstance(source, Mapping)
        for key, pair in source.pairs.items():
            mapping.pairs.setdefault(key, pair)


def _set_key(mapping: Mapping, key: str, line: int) -> None:
    if key in mapping.pairs:
        raise RuleError("the key {key!r} stands twice", line, key=key)
    mapping.key = (key, line)


def _attach(parent: Sequence | Mapping, node: Node, line: int) -> None:
    if isinstance(parent, Sequence):
        parent.items.append(node)
        return
    if parent.key is None:
        if isinstance(node, Scalar):
            _set_key(parent, str(node.value), line)
            return
        raise RuleError("a list or map cannot be a key", line)
    key, key_line = parent.key
    parent.pairs[key] = (key_line, node)
    parent.key = None


def _size(node: Node) -> int:
    """Number of values under an alias, so that aliases of aliases count in full."""
    total, pending = 0, [node]
    while pending:
        part = pending.pop()
        total += 1
        if total > MAX_NODES:
            return total
        if isinstance(part, Sequence):
            pending.extend(part.items)
        elif isinstance(part, Mapping):
            pending.extend(value for _, value in part.pairs.values())
    return total


def _resolve(text: str) -> Plain:
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first not in _DIGITS and not (first in "+-." and len(text) > 1):
        return text
    digits = text[1:] if first in "+-" else text
    if digits.isdecimal() and digits.isascii():
        # A leading zero is part of an identifier (`00000429`), not of a number.
        return int(text) if (digits[0] != "0" or len(digits) == 1) and len(digits) <= 30 else text
    if digits[:2] in ("0x", "0X") and len(digits) <= 18:
        try:
            return Hex(text)
        except ValueError:
            return text
    if "." in digits or "e" in digits or "E" in digits:
        mantissa = (
            digits.replace("e", ".").replace("E", ".").replace("+", "").replace("-", "").replace(".", "")
        )
        if mantissa.isdecimal() and mantissa.isascii() and digits.count(".") <= 1:
            try:
                number = float(text)
            except ValueError:
                return text
            return number if abs(number) < 1e300 else text
    return text
