"""`keng backup`, `keng restore`, `keng verify`: saving what a centre keeps, bringing it back, and checking it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.i18n import _

if TYPE_CHECKING:
    from keng.runtime.settings import Settings

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))]


def backup(
    place: Annotated[
        Path, typer.Argument(metavar="DEST", help=_("Folder for backups; each gets its own in it."))
    ],
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=_("Save everything, not only what is new since the last backup in DEST.")
        ),
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Save journal, state, events and rules, whether the centre runs or not."""
    import msgspec

    from keng.cli.casework import BY
    from keng.runtime import saving
    from keng.runtime.control_client import NoCentreError, call

    settings = _settings(data)
    request = saving.BackupRequest(str(place.expanduser().absolute()), full, BY.name)
    with _failures():
        try:
            (done,) = call(settings.data_dir, saving.BACKUP, msgspec.to_builtins(request))
        except NoCentreError:
            done = _alone(settings, request)
    if as_json:
        typer.echo(msgspec.json.encode(done).decode())
        return
    typer.echo(
        _(
            "{name}: {kind}, {files} files, {bytes} bytes, {copied} of them new.",
            name=f"{place}/{done['backup']}",
            kind=_("full") if done["kind"] == "full" else _("incremental"),
            files=done["files"],
            bytes=f"{done['bytes']:,}",
            copied=f"{done['copied']:,}",
        )
    )
    for name, text in (
        ("state", _("The state is on a database server: save it there (pg_dump).")),
        ("journal", _("The journal is on a NATS server: it is not in the backup.")),
        ("events", _("The events are on a ClickHouse server: save them there (BACKUP).")),
    ):
        if not done[name]:
            typer.echo(text, err=True)


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help=_("A backup, or a folder of backups: then the newest."))
    ],
    data: Data = None,
) -> None:
    """Bring a backup back into a data folder that is empty."""
    from keng.backup.restore import chosen
    from keng.backup.restore import restore as restore_it

    settings = _settings(data)
    with _failures():
        manifest = restore_it(chosen(source.expanduser().absolute()), settings.data_dir.absolute())
    typer.echo(_("{name} is restored in {folder}.", name=manifest.name, folder=settings.data_dir))


def verify(as_json: Json = False, data: Data = None) -> None:
    """Check that everything the centre keeps is still what was written. Exit code 1 where something is lost or wrong."""
    import msgspec

    from keng.backup.verify import Report
    from keng.backup.verify import verify as verify_it
    from keng.runtime import saving
    from keng.runtime.control_client import NoCentreError, call

    settings = _settings(data)
    with _failures():
        try:
            (item,) = call(settings.data_dir, saving.VERIFY, {})
            report = msgspec.convert(item, Report)
        except NoCentreError:
            if not settings.data_dir.is_dir():
                _fail(_("there is no data folder {folder}; give --data DIR", folder=settings.data_dir))
            report = verify_it(settings.places)
    if as_json:
        typer.echo(msgspec.json.encode({"ok": not report.problems, **msgspec.to_builtins(report)}).decode())
    else:
        for problem in report.problems:
            typer.echo(f"{problem.place}: {_shown(problem.text)}")
        seen = ", ".join(f"{name} {number:,}" for name, number in report.checked.items())
        typer.echo(_("Checked: {seen}", seen=seen))
        typer.echo(
            _("{number} problems found.", number=len(report.problems))
            if report.problems
            else _("All is as it was written.")
        )
    if report.problems:
        raise typer.Exit(1)


def _alone(settings: "Settings", request: Any) -> dict[str, Any]:
    """No centre runs: open what is to be saved."""
    from keng.runtime.data_folder import DataFolder
    from keng.runtime.parts import open_store
    from keng.runtime.saving import save, told
    from keng.state.database import open_state

    if not settings.data_dir.is_dir():
        _fail(_("there is no data folder {folder}; give --data DIR", folder=settings.data_dir))
    folder = DataFolder(settings.data_dir)
    try:
        state = open_state(settings.state_place)
        try:
            store = open_store(settings)
            try:
                return told(save(settings, store, state, request))
            finally:
                store.close()
        finally:
            state.close()
    finally:
        folder.release()


def _settings(data: Path | None) -> "Settings":
    from keng.runtime.settings import SettingsError, load_settings

    try:
        return load_settings({"data_dir": data})
    except SettingsError as problem:
        _fail(str(problem))


class _failures:  # noqa: N801 (used like a function)
    """Expected failures end the command with their text."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        from keng.backup.manifest import BackupError
        from keng.runtime.control import CallError
        from keng.runtime.data_folder import DataFolderError
        from keng.state.database import StateError
        from keng.store.errors import StoreError

        if isinstance(problem, CallError | DataFolderError | BackupError | StateError | StoreError | OSError):
            _fail(str(problem))


def _fail(text: str) -> NoReturn:
    typer.echo(_("Error: {problem}", problem=text), err=True)
    raise typer.Exit(1)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
