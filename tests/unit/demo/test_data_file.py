from pathlib import Path

import msgspec

from keng.demo.data_file import MAX_BYTES, parse_data, position, read_data_file
from keng.model.rejected import Rejected


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    times: int = 1


class Entries(msgspec.Struct, forbid_unknown_fields=True):
    entries: list[Entry]


def test_a_good_text_becomes_the_type() -> None:
    assert parse_data("entries: [{name: a, times: 2}]", Entries, "f.yml") == Entries([Entry("a", 2)])


def test_a_wrong_type_is_reported_with_line_and_column() -> None:
    text = "entries:\n  - name: a\n  - name: b\n    times: many\n"
    assert parse_data(text, Entries, "f.yml") == Rejected("Expected `int`, got `str`", "f.yml:4:12")


def test_an_unknown_key_is_reported_where_its_entry_stands() -> None:
    found = parse_data("entries:\n  - {name: a, tims: 3}\n", Entries, "f.yml")
    assert isinstance(found, Rejected)
    assert found.position == "f.yml:2:5"
    assert "tims" in found.reason


def test_broken_yaml_is_reported_with_its_place() -> None:
    found = parse_data("entries: [\n  }", Entries, "f.yml")
    assert isinstance(found, Rejected)
    assert found.position == "f.yml:2:3"


def test_an_empty_file_is_a_value_not_a_crash() -> None:
    assert isinstance(parse_data("", Entries, "f.yml"), Rejected)


def test_no_object_is_built_from_tags() -> None:
    assert isinstance(parse_data("!!python/object/apply:os.getcwd []", Entries, "f.yml"), Rejected)


def test_a_missing_and_an_oversized_file_are_rejected(tmp_path: Path) -> None:
    assert isinstance(read_data_file(tmp_path / "none.yml", Entries), Rejected)
    big = tmp_path / "big.yml"
    big.write_bytes(b"#" * (MAX_BYTES + 1))
    assert isinstance(read_data_file(big, Entries), Rejected)


def test_a_position_without_a_tree_is_the_file() -> None:
    assert position(None, "$.entries[0]", "f.yml") == "f.yml"
