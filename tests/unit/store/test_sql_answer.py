from keng.store.sql_answer import read_table


def test_names_rows_and_whether_there_are_more() -> None:
    table = read_table(b'["a","b"]\n[1,"x"]\n[null,[1,2]]\n', 1)
    assert (table.columns, table.rows, table.cut) == (("a", "b"), ((1, "x"),), True)
    assert read_table(b'["a","b"]\n[1,"x"]\n[null,{"k":[1]}]\n', 2).rows[1] == (None, '{"k":[1]}')


def test_an_empty_answer_has_no_rows() -> None:
    assert read_table(b"", 5).columns == ()
    assert read_table(b'["a"]\n', 5).rows == ()
