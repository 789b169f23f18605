"""Sends as Winlogbeat and Filebeat do: Elastic bulk over HTTP, gzip, a token for each log source.

Nothing is forgotten before the centre has answered for it: 429 and 503 are sent again after `Retry-After`, and
so are items that the answer marks with them. Other refusals are final, and counted with their reason.
"""

import asyncio
import base64
import gzip
from collections.abc import Sequence

import httpx
import msgspec

from keng.demo.tally import Tally

MAX_DOCUMENTS = 500
LINGER_S = 0.5
QUEUE_DOCUMENTS = 4_000
LONGEST_WAIT_S = 10.0
_ACTION = b'{"create":{"_index":"keng-demo"}}\n'
_AGAIN = (429, 503)


class _Result(msgspec.Struct):
    status: int = 0
    error: dict[str, object] | str | None = None


class _Answer(msgspec.Struct):
    errors: bool = False
    items: list[dict[str, _Result]] = []


class BulkSender:
    """One log source's shipper. put() waits while its queue is full; run() ends after close()."""

    def __init__(self, client: httpx.AsyncClient, url: str, source: str, token: str, tally: Tally) -> None:
        self._client = client
        self._url = f"{url}/_bulk"
        key = base64.b64encode(f"{source}:{token}".encode()).decode()
        self._headers = {
            "Authorization": f"ApiKey {key}",
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
        }
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_DOCUMENTS)
        self._held: list[bytes] = []
        self._tally = tally

    async def put(self, document: bytes) -> None:
        """Queue a document."""
        await self._queue.put(document)

    async def close(self) -> None:
        """Send what is queued, then end."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Send until closed. Cancelled, it gives up what it holds, and counts it as lost."""
        open_ = True
        try:
            while open_:
                open_ = await self._gather()
                while self._held:
                    self._held = await self._send(self._held)
        except asyncio.CancelledError:
            self._tally.lost += len(self._held) + self._queue.qsize()
            raise

    async def _gather(self) -> bool:
        """Take the first document in hand, and what else comes within the linger; False once closed."""
        first = await self._queue.get()
        if first is None:
            return False
        self._held.append(first)
        deadline = asyncio.get_running_loop().time() + LINGER_S
        while len(self._held) < MAX_DOCUMENTS:
            try:
                async with asyncio.timeout_at(deadline):
                    document = await self._queue.get()
            except TimeoutError:
                break
            if document is None:
                return False
            self._held.append(document)
        return True

    async def _send(self, documents: list[bytes]) -> list[bytes]:
        """One request; what must be sent again."""
        body = gzip.compress(b"".join(_ACTION + document + b"\n" for document in documents), 1)
        try:
            answer = await self._client.post(self._url, content=body, headers=self._headers)
        except httpx.HTTPError as error:
            self._tally.problem = f"{type(error).__name__}: {error}"
            return await self._later(documents, 1.0)
        if answer.status_code in _AGAIN:
            return await self._later(documents, _retry_after(answer))
        if answer.status_code != 200:
            self._tally.refused += len(documents)
            self._tally.problem = f"HTTP {answer.status_code}: {answer.text[:200]}"
            return []
        return await self._sort(documents, msgspec.json.decode(answer.content, type=_Answer), answer)

    async def _sort(
        self, documents: Sequence[bytes], answer: _Answer, response: httpx.Response
    ) -> list[bytes]:
        if not answer.errors:
            self._tally.accepted += len(documents)
            return []
        again: list[bytes] = []
        for document, item in zip(documents, answer.items, strict=False):
            result = next(iter(item.values()))
            if result.status in _AGAIN:
                again.append(document)
            elif result.status >= 400:
                self._tally.refused += 1
                self._tally.problem = f"item {result.status}: {result.error}"[:200]
            else:
                self._tally.accepted += 1
        return await self._later(again, _retry_after(response)) if again else []

    async def _later(self, documents: list[bytes], seconds: float) -> list[bytes]:
        self._tally.waited += 1
        await asyncio.sleep(min(seconds, LONGEST_WAIT_S))
        return documents


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "1")
    return float(text) if text.isdigit() else 1.0
