"""Page functions run in a thread: they wait for the state and the event store, and the event loop must not.

Litestar has `sync_to_thread` for this, but wraps a function twice when two methods share its path (2.25).
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """The function as a coroutine that runs it in a thread, with the request's language."""

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(function, *args, **kwargs)

    return call
