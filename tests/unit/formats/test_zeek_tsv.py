"""Zeek's tab-separated logs."""

import io

import pytest

from keng.formats.zeek_tsv import read, recognises
from keng.model.record import Record
from keng.model.rejected import Rejected

HEADER = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#open\t2024-05-01\n"
    "#fields\tts\tuid\tid.orig_p\tquery\tanswers\tTTLs\trejected\trtt\n"
    "#types\ttime\tstring\tport\tstring\tvector[string]\tvector[interval]\tbool\tinterval\n"
)
ROW = "1714539600.5\tC1\t5353\ta\\x09b.example\t10.0.0.1,10.0.0.2\t60.0,-\tF\t-\n"


def rows(text: str) -> list[Record | Rejected]:
    return list(read(io.BytesIO(text.encode())))


def test_columns_have_the_types_of_the_header() -> None:
    (row,) = rows(HEADER + ROW + "#close\t2024-05-01\n")
    assert isinstance(row, Record)
    assert row.position == 9
    assert row.fields == {
        "_path": "dns",
        "ts": 1714539600.5,
        "uid": "C1",
        "id.orig_p": 5353,
        "query": "a\tb.example",
        "answers": ["10.0.0.1", "10.0.0.2"],
        "TTLs": [60.0, None],
        "rejected": False,
    }


def test_empty_sets_and_strings() -> None:
    (row,) = rows(HEADER + "1.0\t(empty)\t1\tx\t(empty)\t-\tT\t-\n")
    assert isinstance(row, Record)
    assert (row.fields["uid"], row.fields["answers"], row.fields["rejected"]) == ("", [], True)


def test_a_second_header_changes_the_columns() -> None:
    second = "#separator \\x09\n#path\tssl\n#fields\tts\tserver_name\n#types\ttime\tstring\n2.0\ta.example\n"
    first, other = rows(HEADER + ROW + second)
    assert isinstance(other, Record) and isinstance(first, Record)
    assert other.fields == {"_path": "ssl", "ts": 2.0, "server_name": "a.example"}


def test_label_columns_separated_by_blanks_are_columns() -> None:
    text = (
        "#separator \\x09\n#path\tconn\n#fields\tts\tuid\ttunnel_parents   label   detailed-label\n"
        "#types\ttime\tstring\tset[string]   string   string\n1.0\tC1\t(empty)   Malicious   C&C\n"
    )
    (row,) = rows(text)
    assert isinstance(row, Record)
    assert row.fields["label"] == "Malicious" and row.fields["detailed-label"] == "C&C"


@pytest.mark.parametrize(
    ("row", "line"),
    [("1.0\tC1\n", 9), (ROW.replace("5353", "many"), 9), (ROW.replace("\t-\n", "\t-\t-\n"), 9)],
)
def test_a_row_that_does_not_fit_is_refused_with_its_line_and_the_next_is_read(row: str, line: int) -> None:
    refused, good = rows(HEADER + row + ROW)
    assert isinstance(refused, Rejected) and refused.position == f"line {line}"
    assert isinstance(good, Record)


def test_rows_without_a_header_are_refused() -> None:
    assert all(isinstance(item, Rejected) for item in rows("1.0\tC1\n2.0\tC2\n"))


def test_a_header_makes_it_zeek() -> None:
    assert recognises(HEADER.encode())
    assert recognises(b"\t" + HEADER.encode())
    assert not recognises(b"#fields of corn\n"[1:])
    assert not recognises(b"# comment\n1\t2\n")
    assert isinstance(rows(HEADER.replace("\\x09", "\\t") + ROW)[0], Record)
