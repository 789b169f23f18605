"""The centre's side door."""

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keng.i18n import language
from keng.runtime.control import MAX_CALLS, SOCKET, Call, CallError, Control, at_folder
from keng.runtime.control_client import NoCentreError, call


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    # Longer than an address of a socket may be.
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    made = Control(folder)
    made.add("count", lambda asked: ({"n": n} for n in range(asked.arguments["to"])))
    made.start()
    yield made
    made.stop()


def folder_of(control: Control) -> Path:
    return control._folder


def test_items_come_one_by_one_and_then_the_end(control: Control) -> None:
    assert list(call(folder_of(control), "count", {"to": 3})) == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_only_the_account_itself_may_open_the_socket(control: Control) -> None:
    mode = (folder_of(control) / SOCKET).stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


def test_errors_for_people_arrive_as_such_and_others_without_details(control: Control) -> None:
    def refuse(_asked: Call) -> Iterator[dict[str, Any]]:
        raise CallError("not today")
        yield {}

    def stumble(_asked: Call) -> Iterator[dict[str, Any]]:
        yield {"n": 1}
        raise KeyError("secret")

    control.add("refuse", refuse)
    control.add("stumble", stumble)
    with pytest.raises(CallError, match="not today"):
        list(call(folder_of(control), "refuse", {}))
    answer = call(folder_of(control), "stumble", {})
    assert next(answer) == {"n": 1}
    with pytest.raises(CallError) as told:
        next(answer)
    assert "secret" not in str(told.value)
    with pytest.raises(CallError, match="older"):
        list(call(folder_of(control), "unheard of", {}))


def test_the_answer_speaks_the_language_of_the_caller(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    control.add("language", lambda _asked: [{"language": language()}])
    for wanted in ("vi", "en"):
        monkeypatch.setenv("KENG_LANG", wanted)
        assert list(call(folder_of(control), "language", {})) == [{"language": wanted}]


def test_a_caller_that_goes_away_cancels(control: Control) -> None:
    began, ended = threading.Event(), threading.Event()

    def slow(asked: Call) -> Iterator[dict[str, Any]]:
        asked.on_cancel(ended.set)
        yield {"n": 0}
        began.set()
        asked.cancelled.wait(10)

    control.add("slow", slow)
    answer = call(folder_of(control), "slow", {})
    next(answer)
    assert began.wait(5)
    answer.close()  # type: ignore[attr-defined]
    assert ended.wait(5)


def test_without_a_centre_the_caller_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoCentreError):
        call(tmp_path, "count", {})
    with pytest.raises(NoCentreError):
        call(tmp_path / "absent", "count", {})


def test_a_dead_centres_socket_is_nobody_and_the_next_one_replaces_it(tmp_path: Path) -> None:
    dead = socket.socket(socket.AF_UNIX)
    with at_folder(tmp_path) as place:
        dead.bind(place)
    dead.close()
    with pytest.raises(NoCentreError):
        call(tmp_path, "count", {})
    control = Control(tmp_path)
    control.add("count", lambda _asked: [{"n": 7}])
    control.start()
    assert list(call(tmp_path, "count", {})) == [{"n": 7}]
    control.stop()
    assert not (tmp_path / SOCKET).exists()
    with pytest.raises(NoCentreError):
        call(tmp_path, "count", {})


@pytest.mark.parametrize("sent", [b"\n", b"{}\n", b"[1]\n", b'{"call": 5}\n', b"\xff\xfe\n", b""])
def test_nonsense_ends_the_connection_and_nothing_else(control: Control, sent: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        with at_folder(folder_of(control)) as place:
            sock.connect(place)
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(5)
        assert sock.recv(100) == b""
    assert len(list(call(folder_of(control), "count", {"to": 2}))) == 2


def test_calls_at_once_are_bounded_and_their_places_come_free(control: Control) -> None:
    for _turn in range(MAX_CALLS * 2):
        assert len(list(call(folder_of(control), "count", {"to": 1}))) == 1
    assert os.getuid() >= 0
