"""What the forwarder has done, for people and machines; and how it speaks to them."""

import threading
import time
from collections.abc import Callable

import msgspec

Tell = Callable[[str], None]
"""Says one thing to whoever looks after the forwarder."""


class Counts(msgspec.Struct):
    """sent, refused: records since the start (refused: by the centre or here, for good). doubles: files met again.

    lost_bytes: of files that were removed or cut before they were sent and did not fit into the spool.
    dropped_lines: from standard input, likewise. behind_bytes: of followed files, not yet sent. spool_bytes: held.
    """

    sent: int = 0
    refused: int = 0
    sent_bytes: int = 0
    retries: int = 0
    files: int = 0
    doubles: int = 0
    lost_bytes: int = 0
    dropped_lines: int = 0
    behind_bytes: int = 0
    spool_bytes: int = 0
    last_refusal: str = ""
    waiting: str = ""


class Teller:
    """Says each thing once in `every_s` seconds at most, so that a lasting trouble does not flood the log."""

    def __init__(self, tell: Tell, every_s: float = 30.0) -> None:
        self._tell = tell
        self._every = every_s
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, text: str, about: str = "") -> None:
        """`about`: what it is about; the text itself if it is empty."""
        now = time.monotonic()
        with self._lock:
            said = self._said.get(about or text, -self._every)
            if now - said < self._every:
                return
            if len(self._said) > 1000:
                self._said.clear()
            self._said[about or text] = now
        self._tell(text)
