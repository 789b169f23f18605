"""Which worker works on which partition: advisory locks of PostgreSQL, on one connection that lives as long as the worker.

A killed worker's locks end with its connection. The locks only share out the work: what makes it correct is that a
partition's cursor moves by compare-and-set (`state.cursors.claim`).
"""

import math
import secrets
import threading

from sqlalchemy import Connection, Engine, text

from keng.journal.partitions import PARTITIONS

# The numbers name our locks among all advisory locks of the database; they spell "kprt" and "kwrk".
PARTITION, WORKER = 0x6B707274, 0x6B77726B
WIDE = PARTITIONS
"""The place of what must see all agencies together, beside the partitions 0 to 15."""


class Claims:
    """The places that this worker holds. Raises OperationalError when the database is away: then nothing is held."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.held: set[int] = set()
        self._one_at_a_time = threading.Lock()
        self._lock(WORKER, secrets.randbelow(1 << 31))

    def balance(self, places: int) -> tuple[set[int], set[int]]:
        """Take what is free and give back what is more than a fair share; what was taken, and what must be given back.

        places: how many there are. What must be given back is held until `give_back`, so that it can be finished first.
        """
        share = math.ceil(places / max(self._workers(), 1))
        surplus = set(sorted(self.held)[share:]) if len(self.held) > share else set()
        taken: set[int] = set()
        for place in range(places):
            if len(self.held) >= share:
                break
            if place not in self.held and self._lock(PARTITION, place):
                self.held.add(place)
                taken.add(place)
        return taken, surplus

    def give_back(self, place: int) -> None:
        """Let another worker have the place."""
        self.held.discard(place)
        with self._one_at_a_time:
            self._connection.execute(
                text("SELECT pg_advisory_unlock(:space, :name)"), {"space": PARTITION, "name": place}
            )

    def still_there(self) -> None:
        """Raises OperationalError if the connection, and so every lock, is gone. May come from any thread."""
        with self._one_at_a_time:
            self._connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let everything go."""
        self.held = set()
        with self._one_at_a_time:
            self._connection.invalidate()  # ends the session, and with it the locks
            self._connection.close()

    def _lock(self, space: int, name: int) -> bool:
        with self._one_at_a_time:
            found = self._connection.execute(
                text("SELECT pg_try_advisory_lock(:space, :name)"), {"space": space, "name": name}
            )
            return bool(found.scalar_one())

    def _workers(self) -> int:
        with self._one_at_a_time:
            found = self._connection.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"space": WORKER},
            )
            return int(found.scalar_one())
