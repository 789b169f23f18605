"""`keng backup`, `keng restore`, `keng verify`: saving what a centre keeps, bringing it back, and checking it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.i18n import _
from keng.i18n.system_error import system_error

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
            done = _followed(call(settings.data_dir, saving.BACKUP, msgspec.to_builtins(request)), as_json)
        except NoCentreError:
            done = _followed(_alone(settings, request), as_json)
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
        ("journal", _("The journal is on a NATS server: it is not in the backup.")),
        ("events", _("The events are on a ClickHouse server: save them there (BACKUP).")),
    ):
        if not done[name]:
            typer.echo(text, err=True)
    if done["outside"]:
        typer.echo(
            _(
                "Outside the data folder, not in the backup: {paths}",
                paths=_shown(", ".join(done["outside"])),
            ),
            err=True,
        )


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help=_("A backup, or a folder of backups: then the newest."))
    ],
    without_damaged: Annotated[
        bool,
        typer.Option("--without-damaged", help=_("Leave out what is damaged, instead of restoring nothing.")),
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Bring a backup back into a data folder that is empty."""
    import msgspec

    from keng.backup.restore import chosen
    from keng.backup.restore import restore as restore_it

    settings = _settings(data)
    with _failures():
        going = restore_it(
            chosen(source.expanduser().absolute()),
            settings.data_dir.absolute(),
            without_damaged,
            settings.state_url,
        )
        while True:
            try:
                at = next(going)
            except StopIteration as end:
                done = end.value
                break
            _progress(at.done, at.whole, as_json)
    if as_json:
        name, folder = done.manifest.name, str(settings.data_dir)
        typer.echo(
            msgspec.json.encode({"backup": name, "folder": folder, "left_out": done.left_out}).decode()
        )
        return
    for text in done.left_out:
        typer.echo(_("Left out: {what}", what=_shown(text)), err=True)
    typer.echo(_("{name} is restored in {folder}.", name=done.manifest.name, folder=settings.data_dir))


def verify(
    saved: Annotated[
        Path | None,
        typer.Option(
            "--backup", metavar="SOURCE", help=_("Check a backup instead, or the newest in a folder.")
        ),
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Check that everything the centre keeps is still what was written. Exit code 1 where something is lost or wrong."""
    import msgspec

    from keng.backup.verify import Report
    from keng.backup.verify import verify as verify_it
    from keng.runtime import saving
    from keng.runtime.control_client import NoCentreError, call

    settings = _settings(data)
    with _failures():
        if saved is not None:
            _verify_backup(saved.expanduser().absolute(), as_json)
            return
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
            _("Problems found: {number}", number=len(report.problems))
            if report.problems
            else _("All is as it was written.")
        )
    if report.problems:
        raise typer.Exit(1)


def _verify_backup(source: Path, as_json: bool) -> None:
    import msgspec

    from keng.backup.manifest import damage, read_manifest
    from keng.backup.restore import chosen

    folder = chosen(source)
    manifest = read_manifest(folder)
    texts = [one.text for one in damage(folder.parent, manifest) if one.text]
    if as_json:
        answer = {"ok": not texts, "backup": manifest.name, "files": len(manifest.files), "problems": texts}
        typer.echo(msgspec.json.encode(answer).decode())
    else:
        for text in texts:
            typer.echo(_shown(text))
        typer.echo(_("{name}: {count} files checked.", name=manifest.name, count=len(manifest.files)))
        typer.echo(
            _("Problems found: {number}", number=len(texts)) if texts else _("All is as it was written.")
        )
    if texts:
        raise typer.Exit(1)


def _followed(answers: Iterator[dict[str, Any]], as_json: bool) -> dict[str, Any]:
    """The last answer; those before it say how far it is."""
    last: dict[str, Any] = {}
    for last in answers:
        if "whole" in last:
            _progress(last["done"], last["whole"], as_json)
    return last


def _progress(done: int, whole: int, as_json: bool) -> None:
    """On a terminal only, in one line that is rewritten."""
    if not as_json and sys.stderr.isatty():
        said = _("{done} of {whole} MB", done=f"{done / 1e6:,.0f}", whole=f"{whole / 1e6:,.0f}")
        print("\r\x1b[K" + said if done < whole else "\r\x1b[K", end="", file=sys.stderr, flush=True)


def _alone(settings: "Settings", request: Any) -> Iterator[dict[str, Any]]:
    """No centre runs: open what is to be saved."""
    from keng.runtime.data_folder import DataFolder
    from keng.runtime.parts import open_store
    from keng.runtime.saving import save, steps
    from keng.state.database import open_state

    if not settings.data_dir.is_dir():
        _fail(_("there is no data folder {folder}; give --data DIR", folder=settings.data_dir))
    folder = DataFolder(settings.data_dir)
    try:
        state = open_state(settings.state_place)
        try:
            store = open_store(settings)
            try:
                yield from steps(save(settings, store, state, request), settings)
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

        if isinstance(problem, CallError | DataFolderError | BackupError | StateError | StoreError):
            _fail(str(problem))
        if isinstance(problem, OSError):
            _fail(": ".join([*([str(problem.filename)] if problem.filename else []), system_error(problem)]))


def _fail(text: str) -> NoReturn:
    typer.echo(_("Error: {problem}", problem=text), err=True)
    raise typer.Exit(1)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
