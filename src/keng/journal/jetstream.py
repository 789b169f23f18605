"""The journal on NATS JetStream: one stream in files, an entry a message, its sequence number the offset.

Message   subject  STREAM.journal.NN   NN: the partition, from the agency's id (see `partitions.py`)
          data     one batch, packed as `encoding.py` says
          headers  Keng-Records: how many records; Nats-Msg-Id: names this append, so that a repetition is known

An append of several batches is one atomic batch of the server (2.12 or newer): all or none. It returns after the
server's acknowledgement. When that comes depends on the server's configuration, which a client cannot see: with
`sync_interval: always` it comes after the fsync. Any other value acknowledges what a power cut can take back.
The stream discards new messages at its bound; nothing is ever discarded to make room.
"""

import asyncio
import errno
import json
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from keng.i18n import _
from keng.journal.base import Entry, JournalFullError
from keng.journal.broker import ANSWER_S, ApiError, Broker, checked
from keng.journal.claim import claim, work_alone, work_together
from keng.journal.encoding import DamagedEntryError, pack, unpack
from keng.journal.partitions import partition_of
from keng.model.batch import Batch

MIN_PAYLOAD = 8 * 1024 * 1024
MAX_READ_BYTES = 16 * 1024 * 1024
MAX_ATOMIC = 1000
"""Messages in an atomic batch, by the server's own limit."""
_FETCH_BYTES = 4 * 1024 * 1024
_RETRY_S = 10.0
_FULL, _DUPLICATE, _NOT_FOUND, _NO_MESSAGE = 10077, 10201, 10059, 10037
_log = structlog.get_logger("keng.journal")


class _Message(NamedTuple):
    subject: str
    data: bytes
    headers: dict[str, str]


class JetStreamJournal:
    """See `journal.base.Journal`. Any number of processes may append and read.

    max_bytes: bound of the stream. replicas: servers that hold it. floor: offsets start above it (the cursor of
    the consumer, so that a stream that was made anew is never taken for read).
    Raises OSError if the broker cannot be reached or cannot keep the promise.
    """

    def __init__(
        self, url: str, max_bytes: int, stream: str = "KENG", replicas: int = 1, floor: int = 0
    ) -> None:
        self._stream = stream
        self._wake = f"{stream}.wake"
        self._closed = False
        self._trimmed = self._last = self._bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._trimming = threading.Lock()
        self._floor = floor
        self._broker = Broker(url)
        try:
            if self._broker.max_payload < MIN_PAYLOAD:
                raise OSError(
                    errno.EMSGSIZE,
                    _(
                        "the broker takes too small messages: set `max_payload: 8MB` in nats-server's configuration"
                    ),
                )
            self._broker.call(self._open(max_bytes, replicas), 2 * ANSWER_S)
            self._raise_to_floor()
        except ApiError as error:
            self._broker.close()
            raise OSError(
                errno.EIO, _("the stream {stream} cannot be used: {error}", stream=stream, error=error)
            ) from error
        except BaseException:
            self._broker.close()
            raise

    def claim(self, alone: bool = True) -> None:
        """Hold the stream as its one centre while this process lives. Raises InUseError if another one does.

        alone: it also reads the stream itself; else workers do.
        """
        self._broker.call(claim(self._broker, self._stream), ANSWER_S)
        if alone:
            self._broker.call(work_alone(self._broker, self._stream), ANSWER_S)

    def join(self) -> None:
        """Read the stream as one of several workers. Raises InUseError if a centre reads it alone."""
        self._broker.call(work_together(self._broker, self._stream), ANSWER_S)

    # -- the protocol -----------------------------------------------------------------------------

    def append(self, batches: Sequence[Batch]) -> list[int]:
        """Make the batches durable and return their offsets; all or none (of each thousand).

        Where the broker does not answer it is asked again for ten seconds; after that OSError, and only then it is
        not known whether they were taken.
        """
        if not batches:
            return []
        self._check_open()
        name = uuid.uuid4().hex
        messages = [self._message(batch, f"{name}-{n}") for n, batch in enumerate(batches)]
        offsets: list[int] = []
        for start in range(0, len(messages), MAX_ATOMIC):
            some = messages[start : start + MAX_ATOMIC]
            try:
                offsets += self._broker.call(self._publish(some), 2 * _RETRY_S)
            except ApiError as error:
                if error.code == _FULL:
                    raise JournalFullError(_("the journal is full")) from error
                # A server whose disk is full or broken refuses: the sender keeps what it has.
                raise OSError(errno.ENOSPC, _("the broker takes nothing: {error}", error=error)) from error
        self._last = max(self._last, offsets[-1])
        return offsets

    def read(
        self, after: int, limit: int = 256, timeout: float = 0.0, partition: int | None = None
    ) -> list[Entry]:
        """Entries with offset > after: at most `limit`, and about 16 MiB unpacked (but always one).

        partition: only its entries (their offsets have gaps); None: all.
        """
        if self._closed:
            return []
        start = max(after, self._trimmed)
        messages = self._broker.call(
            self._fetch(start + 1, limit, time.monotonic() + timeout, self._subject(partition)),
            timeout + 2 * ANSWER_S,
        )
        entries: list[Entry] = []
        held = 0
        for offset, data in messages:
            batch = self._unpack(offset, data)
            held += sum(map(len, batch.records))
            if entries and held > MAX_READ_BYTES:
                break
            entries.append(Entry(offset, batch))
        return entries

    def trim_partition(self, upto: int, partition: int) -> None:
        """Forget entries of one partition with offset <= upto. Needs no success: the next one does it, too."""
        if self._closed or not self._broker.connected:
            return
        try:
            purge = {"seq": upto + 1, "filter": self._subject(partition)}
            self._broker.call(self._ask("STREAM.PURGE", purge), ANSWER_S)
        except (OSError, ApiError) as error:
            _log.warning("the journal could not be trimmed and will be again", reason=str(error))

    def is_empty_after(self, offset: int, partition: int | None) -> bool:
        """Whether nothing of the partition has a greater offset. Asks the server that leads: others may be behind."""
        question = {"seq": offset + 1, "next_by_subj": self._subject(partition)}
        try:
            self._broker.call(self._ask("STREAM.MSG.GET", question), ANSWER_S)
        except ApiError as error:
            if error.code == _NO_MESSAGE:
                return True
            raise OSError(errno.EIO, str(error)) from error
        return False

    def held(self) -> int:
        """Entries that nobody has finished and trimmed."""
        return int(self._state()["messages"])

    def trim(self, upto: int) -> None:
        """Forget entries with offset <= upto. Needs no success: the next one does it, too."""
        if self._closed or not self._broker.connected:
            return
        try:
            with self._trimming:
                upto = min(upto, self._state()["last_seq"])
                if upto <= self._trimmed:
                    return
                self._trimmed = upto
                self._broker.call(self._ask("STREAM.PURGE", {"seq": upto + 1}), ANSWER_S)
        except (OSError, ApiError) as error:
            _log.warning("the journal could not be trimmed and will be again", reason=str(error))

    def last_offset(self) -> int:
        """Offset of the newest entry, also after a trim. While the broker is away: the newest that is known."""
        self._look()
        return self._last

    def records_after(self, offset: int) -> int:
        """Records in the entries with a greater offset: reads through them."""
        total = 0
        start = max(offset, self._trimmed)
        while not self._closed:
            messages = self._broker.call(self._get(start + 1, 1000), 4 * ANSWER_S)
            if not messages:
                break
            total += sum(int((message.headers or {}).get("Keng-Records", 0)) for message in messages)
            start = _sequence(messages[-1])
        return total

    def size_bytes(self) -> int:
        """Bytes of the stream's messages. While the broker is away: as it was last known."""
        self._look()
        return self._bytes

    def close(self) -> None:
        """End the connection; what is under way ends with an error."""
        self._closed = True
        self._broker.close()

    # -- inside -----------------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._closed:
            raise OSError(errno.EBADF, _("the journal is closed"))

    async def _open(self, max_bytes: int, replicas: int) -> None:
        wanted: dict[str, Any] = {
            "name": self._stream,
            "subjects": [f"{self._stream}.journal.*"],
            "storage": "file",
            "retention": "limits",
            "discard": "new",
            "max_age": 0,
            "max_msgs": -1,
            "max_msgs_per_subject": -1,
            "max_bytes": max_bytes,
            "num_replicas": replicas,
            "allow_direct": True,
            "allow_atomic": True,
            "duplicate_window": 120_000_000_000,
        }
        try:
            found = (await self._ask("STREAM.INFO"))["config"]
        except ApiError as error:
            if error.code != _NOT_FOUND:
                raise
            found = (await self._ask("STREAM.CREATE", wanted))["config"]
        changeable = {"max_bytes", "num_replicas"}
        wrong = [name for name in wanted if found.get(name) != wanted[name] and name not in changeable]
        if wrong:
            raise OSError(
                errno.EINVAL,
                _(
                    "the stream {stream} has other settings than the journal needs ({names}): nats-server 2.12 or"
                    " newer is needed, and a stream that Kẻng made itself",
                    stream=self._stream,
                    names=", ".join(wrong),
                ),
            )
        if found["max_bytes"] != max_bytes or found["num_replicas"] != replicas:
            await self._ask("STREAM.UPDATE", {**found, "max_bytes": max_bytes, "num_replicas": replicas})
        await self._broker.asubscribe(self._wake, self._woken)

    def _raise_to_floor(self) -> None:
        """A stream that ends before the cursor was made anew: its offsets must begin after the cursor."""
        if self._state()["last_seq"] < self._floor:
            _log.error("the stream ends before the cursor; offsets go on after it", cursor=self._floor)
            self._broker.call(self._ask("STREAM.PURGE", {"seq": self._floor + 1}), ANSWER_S)
        self._look()

    def _message(self, batch: Batch, name: str) -> _Message:
        data, _plain = pack(batch)
        if len(data) > self._broker.max_payload - 4096:
            raise OSError(
                errno.EMSGSIZE,
                _(
                    "a batch of {size} bytes is more than the broker takes; raise its max_payload",
                    size=len(data),
                ),
            )
        subject = f"{self._stream}.journal.{partition_of(batch.agency):02}"
        return _Message(subject, data, {"Nats-Msg-Id": name, "Keng-Records": str(len(batch.records))})

    async def _publish(self, messages: list[_Message]) -> list[int]:
        before = self._last
        until = time.monotonic() + _RETRY_S
        while True:
            try:
                last = await (self._one(messages[0]) if len(messages) == 1 else self._all(messages))
                break
            except NatsError:
                if self._closed or time.monotonic() >= until:
                    raise
                await asyncio.sleep(0.2)
            except ApiError as error:
                if error.code != _DUPLICATE:
                    raise
                # The acknowledgement of an earlier try was lost: find where the batch lies.
                last = await self._find(messages[-1].headers["Nats-Msg-Id"], before)
                break
        await self._broker.apublish(self._wake, b"")
        return list(range(last - len(messages) + 1, last + 1))

    async def _one(self, message: _Message) -> int:
        answer = await self._broker.arequest(message.subject, message.data, message.headers)
        return int(checked(answer.data)["seq"])

    async def _all(self, messages: list[_Message]) -> int:
        batch = uuid.uuid4().hex
        for n, message in enumerate(messages, 1):
            headers = {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(n)}
            if n == len(messages):
                answer = await self._broker.arequest(
                    message.subject, message.data, {**headers, "Nats-Batch-Commit": "1"}
                )
                return int(checked(answer.data)["seq"])
            if n == 1:  # the server says whether it takes batches at all
                answer = await self._broker.arequest(message.subject, message.data, headers)
                if answer.data:
                    checked(answer.data)
            else:
                await self._broker.apublish(message.subject, message.data, headers)
        raise AssertionError

    async def _find(self, name: str, after: int) -> int:
        while True:
            messages = await self._get(after + 1, 1000)
            for message in messages:
                if (message.headers or {}).get("Nats-Msg-Id") == name:
                    return _sequence(message)
            if not messages:
                # Taken, read and trimmed meanwhile: any place before the end is true enough.
                return int((await self._ask("STREAM.INFO"))["state"]["last_seq"])
            after = _sequence(messages[-1])

    def _subject(self, partition: int | None) -> str:
        return f"{self._stream}.journal.{'*' if partition is None else f'{partition:02}'}"

    async def _fetch(self, first: int, limit: int, until: float, subject: str) -> list[tuple[int, bytes]]:
        while True:
            told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(told)  # before looking, so that nothing falls between
            try:
                messages = await self._get(first, limit, subject)
                left = until - time.monotonic()
                if messages or left <= 0:
                    return [(_sequence(message), message.data) for message in messages]
                await asyncio.wait((told,), timeout=min(left, 1.0))
            finally:
                self._waiting.discard(told)

    async def _get(self, first: int, limit: int, subject: str = "") -> list[Msg]:
        body = {
            "seq": first,
            "batch": limit,
            "max_bytes": _FETCH_BYTES,
            "next_by_subj": subject or self._subject(None),
        }
        *messages, end = await self._broker.amany(
            f"$JS.API.DIRECT.GET.{self._stream}", json.dumps(body).encode()
        )
        status = (end.headers or {}).get("Status", "")
        if status not in ("204", "404"):
            raise OSError(errno.EIO, _("the broker cannot be read: status {status}", status=status))
        return messages

    async def _woken(self, _message: Msg) -> None:
        for told in self._waiting:
            if not told.done():
                told.set_result(None)

    async def _ask(self, call: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self._broker.aask(f"{call}.{self._stream}", body)

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._broker.call(self._ask("STREAM.INFO"), ANSWER_S)["state"]
        return state

    def _look(self) -> None:
        if self._closed or not self._broker.connected:
            return
        try:
            state = self._state()
        except (OSError, ApiError) as error:
            _log.warning("the broker was asked in vain", reason=str(error))
            return
        self._last = max(self._last, int(state["last_seq"]))
        self._bytes = int(state["bytes"])

    @staticmethod
    def _unpack(offset: int, data: bytes) -> Batch:
        try:
            return unpack(data)
        except DamagedEntryError as error:
            # Only this entry is lost. An empty batch keeps its place, so that the consumer passes it by, loudly.
            _log.error("journal entry is damaged and was skipped", offset=offset, reason=str(error))
            return Batch("", "", "damaged", "", 0, ())


def _sequence(message: Msg) -> int:
    return int((message.headers or {})["Nats-Sequence"])
