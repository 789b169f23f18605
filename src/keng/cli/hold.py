"""`keng hold`: legal holds: events that must not be deleted, whatever their age."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _

app = typer.Typer(
    no_args_is_help=True, help=_("Legal holds: events that are not deleted, however old they are.")
)
Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))]


@app.command(
    "add",
    help=_("Hold events: of an agency, a system, a log source, a time; what is given must all be true."),
)
def add(
    reason: Annotated[str, typer.Option("--reason", help=_("Why, and who ordered it."))],
    agency: Annotated[str, typer.Option("--agency", help=_("Id of the agency."))] = "",
    system: Annotated[str, typer.Option("--system", help=_("Id of the information system."))] = "",
    source: Annotated[str, typer.Option("--source", help=_("Id of the log source."))] = "",
    begin: Annotated[
        str,
        typer.Option(
            "--from", metavar="TIME", help=_("Events from then on, such as 2026-11-24 or 2026-11-24T08:00.")
        ),
    ] = "",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help=_("Events before then."))] = "",
    everything: Annotated[
        bool, typer.Option("--everything", help=_("Hold all events of all agencies."))
    ] = False,
    data: Data = None,
) -> None:
    """Hold events."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.model.hold import Hold
    from keng.model.rejected import Rejected
    from keng.state.holds import add_hold

    if not (agency or system or source or begin or end or everything):
        fail(_("say what to hold: --agency, --system, --source, --from, --to, or --everything"))
    with opened(data) as state:
        zone = _zone(state)
        wanted = Hold(0, agency, system, source, _time(begin, zone), _time(end, zone), reason, "", 0)
        with state.write() as conn:
            kept = add_hold(conn, wanted, BY, now_us())
    if isinstance(kept, Rejected):
        fail(f"{kept.position}: {kept.reason}")
    typer.echo(_("Hold {number} is in force.", number=kept.id))


@app.command("list", help=_("Show the holds in force."))
def show(
    released: Annotated[bool, typer.Option("--all", help=_("Released ones, too."))] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show the holds."""
    import msgspec

    from keng.cli.casework import opened
    from keng.state.holds import holds

    with opened(data) as state:
        zone = _zone(state)
        with state.read() as conn:
            found = holds(conn, released)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        typer.echo(_("There are no holds."))
    for one in found:
        what = [
            f"{name} {value}"
            for name, value in (
                (_("agency"), one.agency),
                (_("system"), one.system),
                (_("log source"), one.source),
                (_("from"), _text(one.from_us, zone)),
                (_("to"), _text(one.to_us, zone)),
            )
            if value
        ]
        typer.echo(f"{one.id}\t{', '.join(what) or _('everything')}\t{one.by}\t{_text(one.created_us, zone)}")
        typer.echo(f"\t{_shown(one.reason)}")
        if one.released_us:
            told = _("released by {who} on {when}", who=one.released_by, when=_text(one.released_us, zone))
            typer.echo(f"\t{told}: {_shown(one.release_reason)}")


@app.command("release", help=_("End a hold. What it held is deleted when its time is over."))
def release(
    number: Annotated[int, typer.Argument(help=_("Number of the hold."))],
    reason: Annotated[str, typer.Option("--reason", help=_("Why, and who ordered it."))],
    data: Data = None,
) -> None:
    """End a hold."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.model.rejected import Rejected
    from keng.state.holds import release_hold

    with opened(data) as state, state.write() as conn:
        done = release_hold(conn, number, reason, BY, now_us())
    if isinstance(done, Rejected):
        fail(done.reason)
    typer.echo(_("Hold {number} is released.", number=number))


def _zone(state: "object") -> str:
    from keng.state.database import State
    from keng.state.register import centre_profile

    assert isinstance(state, State)
    with state.read() as conn:
        return centre_profile(conn).timezone


def _time(text: str, zone: str) -> int:
    """Microseconds; 0 for no text. A time without an offset is in the centre's zone."""
    from zoneinfo import ZoneInfo

    from keng.cli.casework import fail

    if not text:
        return 0
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return int(moment.timestamp() * 10**6)
    except (ValueError, OverflowError):
        fail(_("{given} is no time; write 2026-11-24 or 2026-11-24T08:00", given=text))


def _text(time_us: int, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return (
        f"{datetime.fromtimestamp(time_us / 10**6, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        if time_us
        else ""
    )


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
