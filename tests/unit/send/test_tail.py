"""Lines of a growing file: whole ones only, long ones refused, other encodings, headers that rows need."""

from collections.abc import Callable

import orjson

from keng.send.tail import MAX_LINE

from .conftest import Rig


def test_a_last_line_without_its_end_is_waited_for_but_not_at_the_end(rig: Rig) -> None:
    rig.write("a.log", "one\ntwo\nthr")
    forwarder = rig.make(rig.logs, once=False)
    forwarder._look()
    assert forwarder._move()
    assert rig.target.lines == ["one", "two"]
    rig.write("a.log", "ee\n")
    assert forwarder._move()
    assert rig.target.lines == ["one", "two", "three"]
    forwarder.stop.set()
    forwarder.run()
    rig.write("a.log", "four")
    assert rig.once()[-1] == "four"


def test_a_line_that_is_too_long_is_refused_and_the_rest_goes_on(rig: Rig) -> None:
    rig.write("a.log", b"before\n" + b"x" * (MAX_LINE * 3) + b"\nafter\n")
    assert rig.once() == ["before", "after"]
    assert rig.counts.refused == 1
    assert "longer than" in rig.counts.last_refusal


def test_empty_lines_are_no_records_and_carriage_returns_no_part_of_lines(rig: Rig) -> None:
    rig.write("a.log", b"one\r\n\r\n\n  \ntwo\r\n")
    assert rig.once() == ["one", "two"]


def test_utf_16_files_are_sent_as_text(rig: Rig) -> None:
    rig.write("a.log", "\ufeffmột\r\nhai\r\n".encode("utf-16-le"))
    assert rig.once() == ["một", "hai"]
    rig.write("a.log", "ba\r\n".encode("utf-16-le"))
    assert rig.once() == ["một", "hai", "ba"]


def test_a_zeek_row_carries_its_columns_also_after_a_restart(rig: Rig) -> None:
    head = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_p\n#types\ttime\tstring\tport\n"
    path = rig.write("conn.log", head + "1.5\tCa\t80\n")
    rig.once()
    rig.write("conn.log", "2.5\tCb\t81\n")
    rig.once()
    path.rename(rig.logs / "conn.old")
    rig.write("conn.log", head.replace("uid\t", "").replace("string\t", "") + "3.5\t82\n")
    rig.once()
    found = [orjson.loads(document) for document in rig.target.kept.values()]
    assert found == [
        {"_path": "conn", "ts": 1.5, "uid": "Ca", "id.orig_p": 80},
        {"_path": "conn", "ts": 2.5, "uid": "Cb", "id.orig_p": 81},
        {"_path": "conn", "ts": 3.5, "id.orig_p": 82},
    ]


def test_ids_stay_whatever_way_the_lines_are_read(rig: Rig, lines: Callable[[int, int], str]) -> None:
    rig.write("a.log", lines(0, 500))
    rig.once()
    for _turn in range(3):
        book = rig.state / "places.json"
        kept = book.read_bytes()
        rig.write("a.log", lines(500, 501))
        rig.once()
        book.write_bytes(kept)  # as after a kill: what was sent since is sent again
    assert len(rig.target.kept) == 503


def test_lines_that_go_on_with_an_entry_are_sent_with_it_and_a_half_one_is_waited_for_once(rig: Rig) -> None:
    first = "2024-05-01 12:00:01,123 ERROR django.request: x\nTraceback (most recent call last):"
    rig.write("a.log", f"plain\n{first}\n")
    forwarder = rig.make(rig.logs, once=False)
    forwarder._look()
    assert forwarder._move()
    assert rig.target.lines == ["plain"]
    rig.write("a.log", '  File "/srv/x.py", line 5, in get\nValueError: bad\nnext\n')
    forwarder._move()
    whole = f'{first}\n  File "/srv/x.py", line 5, in get\nValueError: bad'
    assert rig.target.lines == ["plain", whole, "next"]
    rig.write("a.log", "a: b\n\tat c\n")
    forwarder._move()
    assert rig.target.lines[3:] == []
    forwarder._move()
    assert rig.target.lines[3:] == ["a: b\n\tat c"]
    forwarder.stop.set()
    forwarder.run()
