"""One centre a stream."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers.nats import NatsServer

from keng.journal.jetstream import JetStreamJournal
from keng.journal.lock import InUseError

HOLDER = """
import sys, time
from keng.journal.jetstream import JetStreamJournal
journal = JetStreamJournal(sys.argv[1], 1 << 30)
journal.claim()
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_centre_on_a_stream_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, server.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    journal = JetStreamJournal(server.url, 1 << 30)
    other = JetStreamJournal(server.url, 1 << 30, stream="OTHER")
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InUseError, match=f"process {holder.pid}"):
            journal.claim()
        other.claim()
        holder.kill()
        holder.wait()
        again = JetStreamJournal(server.url, 1 << 30)
        # The one that was refused answers no more once it is closed.
        journal.close()
        again.claim()
        again.close()
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        journal.close()
        other.close()
        server.kill()
