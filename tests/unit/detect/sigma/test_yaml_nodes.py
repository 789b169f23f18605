"""YAML with lines and limits."""

import time

import pytest

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.yaml_nodes import MAX_BYTES, Mapping, plain_value, read_documents, read_stream


def value(text: str) -> object:
    return plain_value(next(read_documents(text.encode())))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"), ("No", "No"), ("true", True), ("FALSE", False), ("null", None), ("~", None), ("12:30", "12:30"),
        ("007", "007"), ("0", 0), ("-5", -5), ("+5", 5), ("1.5", 1.5), ("1e3", 1000.0), ("0x10", 16), ("1_000", "1_000"),
        ("2025-01-01", "2025-01-01"), ("1.2.3", "1.2.3"), ("'5'", "5"), ('"true"', "true"), ("-", "-"), (".", "."),
        ("1e999", "1e999"), ("5e", "5e"), ("00000429", "00000429"),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, expected: object) -> None:
    found = value(f"k: {text}" if text != "-" else "k: '-'")
    assert found == {"k": expected}
    assert type(found["k"]) is type(expected)  # type: ignore[index]


def test_keys_know_their_lines() -> None:
    node = next(read_documents(b"a: 1\nb:\n  c: 2\n"))
    assert isinstance(node, Mapping)
    assert {key: line for key, (line, _) in node.pairs.items()} == {"a": 1, "b": 2}


def test_anchors_and_aliases_work_within_bounds() -> None:
    assert value("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}
    laughs = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    with pytest.raises(RuleError, match="more than 100000 values"):
        value(laughs)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: 1\na: 2\n", "stands twice", 2),
        ("[" * 100_000, "nested deeper", 1),
        ("a:\n  - b\n c: d\n", "not YAML", 3),
        ("? [a]\n: b\n", "cannot be a key", 1),
        ("a: *nowhere\n", "before its anchor", 1),
        ("a: &x\n  - *x\n", "contains itself", 2),
        ("a: \x01\n", "not YAML", 0),
    ],
)
def test_what_is_wrong_has_a_reason_and_a_line(text: str, reason: str, line: int) -> None:
    with pytest.raises(RuleError, match=reason) as caught:
        value(text)
    assert caught.value.line == line


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused() -> None:
    with pytest.raises(RuleError, match="not UTF-8 at byte 3"):
        list(read_documents(b"a: \xff"))
    with pytest.raises(RuleError, match="larger than"):
        list(read_documents(b"#" * (MAX_BYTES + 1)))


def test_empty_documents_are_none() -> None:
    assert list(read_documents(b"")) == []
    assert next(iter(read_documents(b"---\n---\na: 1\n"))) is None


@pytest.mark.parametrize(
    "broken",
    [
        "a: 1\na: 2\n",
        "a: 'open\n",
        "{open\n",
        "a:\n  - b\n c: d\n",
        "a: *nowhere\n",
        "%YAML 9.9\n---\na: 1\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_document_that_cannot_be_read_leaves_the_others(broken: str, end: str) -> None:
    text = (
        f"# head\n---\na: 1\n---\n{broken}--- # next\nb: |\n  text\n  --- no end\n...\n---\nc: 3\n".replace(
            "\n", end
        )
    )
    found = list(read_stream(text.encode()))
    errors = [one for one in found if isinstance(one, RuleError)]
    assert [plain_value(one) for one in found if not isinstance(one, RuleError)][:1] == [{"a": 1}]
    assert [plain_value(one) for one in found if not isinstance(one, RuleError)][-2:] == [
        {"b": "text\n--- no end\n"}, {"c": 3}
    ]  # fmt: skip
    assert errors
    assert all(4 <= error.line <= 9 for error in errors)


@pytest.mark.parametrize(
    "part", [b"---\n", b"--- {\n", b"---\n...\n", b"- - - - - - -\n", b"[", b"&a [*a,", b"a\n...\n"]
)
def test_a_file_full_of_nothing_ends_soon(part: bytes) -> None:
    started = time.process_time()
    found = list(read_stream(part * (MAX_BYTES // len(part))))
    assert len(found) <= 20_001
    assert any(isinstance(one, RuleError) for one in found)
    assert time.process_time() - started < 8


def test_lines_are_those_of_the_file() -> None:
    text = "%YAML 1.2\n# head\n---\na: 1\n---\nb: 2\n...\n---\nc: 3\n"
    nodes = [node for node in read_documents(text.encode()) if isinstance(node, Mapping)]
    assert [(node.line, [line for line, _ in node.pairs.values()]) for node in nodes] == [
        (4, [4]), (6, [6]), (9, [9])
    ]  # fmt: skip


def test_merge_keys_add_what_a_map_has_not() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {z: 4}], y: 5}\nd: {<<: text}\n"
    assert value(text) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 5, "z": 4},
        "d": {"<<": "text"},
    }
