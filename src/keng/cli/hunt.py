"""`keng hunt`: search the events of a data folder from the terminal, through the running centre where there is one."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.i18n import _

if TYPE_CHECKING:
    from keng.runtime.hunting import HuntRequest


def command(
    query: Annotated[
        str, typer.Argument(help=_("What to look for, as in the console; “*” finds everything."))
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help=_("Newest events to show (default 100)."))
    ] = 100,
    count: Annotated[bool, typer.Option("--count", help=_("Only say how many there are."))] = False,
    top: Annotated[
        str, typer.Option("--top", metavar="FIELD", help=_("The most frequent values of a field."))
    ] = "",
    sql: Annotated[bool, typer.Option("--sql", help=_("QUERY is one SELECT over the table events."))] = False,
    fields: Annotated[bool, typer.Option("--fields", help=_("List fields that begin with QUERY."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("Write CSV, safe for spreadsheets."))] = False,
    columns: Annotated[
        str, typer.Option("--columns", help=_("Columns of the table or the CSV, by commas."))
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help=_("Why you search; it is written into the audit log."))
    ] = "hunt",
    data: Annotated[
        Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")
    ] = None,
) -> None:
    """Search the events that the centre keeps, newest first."""
    from keng.cli.casework import BY
    from keng.cli.hunt_output import show
    from keng.runtime.hunting import HuntRequest

    if sum((count, bool(top), sql, fields)) > 1 or (as_json and as_csv):
        _fail(_("--count, --top, --sql and --fields exclude each other, and so do --json and --csv"))
    kind = "count" if count else "top" if top else "sql" if sql else "fields" if fields else "events"
    request = HuntRequest("" if query == "*" and fields else query, kind, top, limit, reason, BY.name)
    chosen = tuple(name.strip() for name in columns.split(",") if name.strip())
    show(_answer(request, data), request, "json" if as_json else "csv" if as_csv else "table", chosen)


def _answer(request: "HuntRequest", data: Path | None) -> Iterator[dict[str, Any]]:
    """The running centre's answer; without one the command opens the store itself, if no other process has it."""
    from contextlib import closing

    import msgspec

    from keng.backup.seal import resealing
    from keng.runtime.control import CallError
    from keng.runtime.control_client import NoCentreError, call
    from keng.runtime.hunting import CALL, answer
    from keng.runtime.parts import default_parts
    from keng.runtime.settings import SettingsError, load_settings
    from keng.state.database import StateError, open_state
    from keng.store.errors import StoreError

    try:
        settings = load_settings({"data_dir": data})
        try:
            yield from call(settings.data_dir, CALL, msgspec.to_builtins(request))
            return
        except NoCentreError:
            pass
        if not settings.data_dir.is_dir():
            _fail(_("there is no data folder {folder}; give --data DIR", folder=settings.data_dir))
        with (
            resealing(settings.data_dir),
            closing(open_state(settings.state_place)) as state,
            closing(default_parts().open_store(settings)) as store,
        ):
            yield from answer(store, state, request, "cli")
    except (CallError, SettingsError, StateError, StoreError, OSError) as problem:
        _fail(str(problem))


def _fail(text: str) -> NoReturn:
    typer.echo(_("Error: {problem}", problem=text), err=True)
    raise typer.Exit(1)
