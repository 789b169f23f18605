"""The caller's side: what is not an answer is an error."""

from pathlib import Path

import pytest

from keng.runtime.control import CallError, Control
from keng.runtime.control_client import call


def test_a_centre_that_stops_in_the_middle_is_an_error_not_an_end(tmp_path: Path) -> None:
    control = Control(tmp_path)

    def endless(asked):  # type: ignore[no-untyped-def]
        yield {"n": 0}
        asked.cancelled.wait(10)

    control.add("endless", endless)
    control.start()
    answer = call(tmp_path, "endless", {})
    assert next(answer) == {"n": 0}
    control.stop()
    with pytest.raises(CallError):
        list(answer)


def test_a_socket_of_another_account_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    class Locked(socket.socket):
        def connect(self, _address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("keng.runtime.control_client.socket.socket", Locked)
    monkeypatch.setenv("KENG_LANG", "en")
    with pytest.raises(CallError, match="another account"):
        call(tmp_path, "count", {})
