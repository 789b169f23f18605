"""Page functions run in a thread, in the language of their request."""

import asyncio
import threading

from keng.i18n import language, using
from keng.web.threads import in_thread


def test_the_function_runs_in_another_thread_with_the_same_language() -> None:
    @in_thread
    def page(word: str) -> tuple[str, str, int]:
        return word, language(), threading.get_ident()

    async def ask() -> tuple[str, str, int]:
        with using("en"):
            return await page("x")

    word, spoken, thread = asyncio.run(ask())
    assert (word, spoken) == ("x", "en")
    assert thread != threading.get_ident()


def test_name_and_signature_stay() -> None:
    @in_thread
    def page() -> None:
        """What it is."""

    assert (page.__name__, page.__doc__) == ("page", "What it is.")
