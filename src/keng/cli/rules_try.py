"""`keng rules try RULE`: what a rule would have said in all of history, before it is switched on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.lines import put
from keng.cli.rules_told import AsJson, Data, cause, fail, shown
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

    from keng.cli.casework import BY
    from keng.cli.retro import since_of
    from keng.cli.rules_given import chosen_rules
    from keng.rulebench.trial_command import try_on_history
    from keng.runtime.data_folder import DataFolderError
    from keng.runtime.retro_command import no_history, no_such_agency
    from keng.runtime.settings import SettingsError, load_settings
    from keng.state.database import StateError
    from keng.store.errors import StoreError

    since_us = since_of(since)
    ruleset = chosen_rules(rule, data)
    try:
        settings = load_settings({"data_dir": data})
        if reason := no_history(settings) or no_such_agency(settings, agency):
            fail(reason)
        trials = try_on_history(
            settings, ruleset, Path(rule) if Path(rule).exists() else None, since_us, agency, BY.name
        )
    except (SettingsError, StateError, StoreError, DataFolderError, OSError) as problem:
        fail(cause(problem))
    if not trials:
        fail(_("this rule only speaks through correlations: try one of these"))
    for trial in trials:
        if as_json:
            typer.echo(msgspec.json.encode(trial).decode())
        else:
            _as_text(trial)


def _as_text(trial: "RuleTrial") -> None:
    put(shown(trial.title))
    put(
        _(
            "{matches} matches in {events} events of {span}, {seconds} s",
            matches=f"{trial.matches:,}", events=f"{trial.events:,}", span=_span(trial.days),
            seconds=f"{trial.seconds:.1f}",
        ),
        2,
    )  # fmt: skip
    if trial.stopped:
        put(
            _(
                "Counted in full; alerts and values are of the first {count} matches.",
                count=f"{trial.looked_at:,}",
            ),
            2,
        )
    agencies = {**dict.fromkeys(trial.matches_of, 0.0), **trial.alerts_a_day}
    if agencies:
        put(_("Alerts a day, as the queue would group them:"), 2)
        wide = max(len(shown(name)) for name in agencies)
        for agency, count in sorted(agencies.items(), key=lambda pair: (-pair[1], pair[0])):
            matches = _("{matches} matches", matches=f"{trial.matches_of.get(agency, 0):,}")
            put(f"{shown(agency or '?'):<{wide}}  {count:>8,.1f}   ({matches})", 4)
    if trial.noisiest:
        put(_("Noisiest values:"), 2)
    for value in trial.noisiest:
        put(shown(f"{value.matches:>8,}  {value.field} = {value.value[:200]}"), 2, 10)
    if trial.examples:
        put(
            _(
                "Why the first matched: keng rules why {rule} {event}",
                rule=trial.rule_id,
                event=trial.examples[0],
            ),
            2,
            4,
        )


def _span(days: float) -> str:
    if days >= 2:
        return _("{days} days", days=f"{days:,.1f}")
    return _("{hours} hours", hours=f"{days * 24:.1f}")
