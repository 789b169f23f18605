"""A spreadsheet cannot be made to run what a log says."""

import csv
import io

import pytest

from keng.web.csv_export import safe_cell, to_csv


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "|cmd", "%0A"])
def test_a_cell_that_could_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(start).startswith("'")


def test_numbers_and_ordinary_text_stay() -> None:
    assert (safe_cell(-5), safe_cell("Sở Y tế"), safe_cell(True)) == ("-5", "Sở Y tế", "true")


def test_line_ends_in_a_value_do_not_start_a_row() -> None:
    data = to_csv(("a", "b"), [("x\r\n=evil", 'say "hi"')])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["a", "b"], ["x<CR>␤=evil", 'say "hi"']]
