"""What `keng admin` and `keng register` share: the state store of a data folder, the clock, how they fail."""

import getpass
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from keng.backup.seal import resealing
from keng.i18n import _
from keng.model.user import Actor
from keng.runtime.settings import SettingsError, load_settings
from keng.state.database import State, StateError, open_state


def _actor() -> Actor:
    try:
        return Actor(f"cli:{getpass.getuser()}"[:64])
    except (KeyError, OSError):
        return Actor("cli")


BY = _actor()


def now_us() -> int:
    """Microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000


def fail(text: str) -> NoReturn:
    """End with a message on standard error and exit code 1."""
    typer.echo(_("Error: {problem}", problem=text), err=True)
    raise typer.Exit(1)


@contextmanager
def opened(data: Path | None, create: bool = False) -> Iterator[State]:
    """The state store that the centre on this data folder uses (None: as settings and environment say).

    create: make it where there is none. Otherwise a mistyped folder is told, not made.
    """
    with ExitStack() as closing:
        try:
            settings = load_settings({"data_dir": data})
            place = settings.state_place
            if not create and isinstance(place, Path) and not place.exists():
                fail(_("there is no centre's data in {path}", path=settings.data_dir))
            closing.enter_context(resealing(settings.data_dir))
            state = open_state(place)
        except (SettingsError, StateError, OSError) as problem:
            fail(str(problem))
        closing.callback(state.close)
        yield state
