"""`keng rules try RULE`: what a rule would have said in all of history, before it is switched on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.rules_told import AsJson, Data, shown
from keng.i18n import _

if TYPE_CHECKING:
    from keng.rulebench.rule_trial import RuleTrial


def try_rule(
    rule: Annotated[str, typer.Argument(help=_("A rule file, or the id, name or title of a rule in use."))],
    since: Annotated[
        str, typer.Option("--since", help=_("Only events since then: 7d, 24h, 2026-11-24, 24/11/2026 10:30."))
    ] = "",
    agency: Annotated[str, typer.Option("--agency", help=_("Only events of this agency."))] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Matches, alerts a day for each agency, the noisiest values, the time taken."""
    import msgspec

    from keng.cli.casework import BY, fail
    from keng.cli.retro import since_of
    from keng.cli.rules_given import chosen_rules
    from keng.rulebench.trial_command import try_on_history
    from keng.runtime.data_folder import DataFolderError
    from keng.runtime.settings import SettingsError, load_settings
    from keng.state.database import StateError
    from keng.store.errors import StoreError

    since_us = since_of(since)
    ruleset = chosen_rules(rule, data)
    try:
        settings = load_settings({"data_dir": data})
        trials = try_on_history(
            settings, ruleset, Path(rule) if Path(rule).exists() else None, since_us, agency, BY.name
        )
    except (SettingsError, StateError, StoreError, DataFolderError, OSError) as problem:
        fail(str(problem))
    for trial in trials:
        if as_json:
            typer.echo(msgspec.json.encode(trial).decode())
        else:
            _as_text(trial)


def _as_text(trial: "RuleTrial") -> None:
    typer.echo(shown(trial.title))
    typer.echo(
        "  "
        + _(
            "{matches} matches in {events} events of {days} days, {seconds} s",
            matches=f"{trial.matches:,}", events=f"{trial.events:,}", days=f"{trial.days:.1f}",
            seconds=f"{trial.seconds:.1f}",
        )
    )  # fmt: skip
    if trial.stopped:
        typer.echo("  " + _("There are more: the search stopped here."))
    for agency, count in trial.alerts_a_day.items():
        typer.echo(
            "  "
            + _("{agency}: {count} alerts a day ({matches} matches)", agency=shown(agency or "?"), count=count,
                matches=trial.matches_of.get(agency, 0))
        )  # fmt: skip
    if trial.noisiest:
        typer.echo("  " + _("Noisiest values:"))
    for value in trial.noisiest:
        typer.echo(shown(f"    {value.matches:>7,}  {value.field} = {value.value[:200]}"))
