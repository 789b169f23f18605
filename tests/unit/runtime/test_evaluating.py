"""What it answers is in test_beside.py; here: that it does not outlive its centre, nor stumble over bytes."""

import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from keng.runtime.evaluated import READY, Start, Trouble, answer_decoder
from keng.state.database import open_state


def test_it_says_so_when_it_is_asked_nonsense_and_ends_with_the_pipe(tmp_path: Path) -> None:
    open_state(tmp_path / "state.db").close()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "keng.runtime.evaluating", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stderr=subprocess.DEVNULL,
        )
    link = Connection(ours.detach())
    link.send_bytes(msgspec.msgpack.encode(Start(str(tmp_path), (), str(tmp_path / "state.db"), "error")))
    link.send_bytes(b"\xc1")
    assert link.poll(60)
    assert link.recv_bytes() == READY
    assert link.poll(60)
    assert isinstance(answer_decoder.decode(link.recv_bytes()), Trouble)
    link.close()
    assert process.wait(20) == 0
