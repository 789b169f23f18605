"""`keng rules tune RULE --false-positives FILE…`: a filter proposed and proved. Ends with 1 if there is none."""

from pathlib import Path
from typing import Annotated

import typer

from keng.cli.rules_given import RuleName
from keng.cli.rules_told import AsJson, Data, fail, shown
from keng.i18n import _


def tune(
    rule: RuleName,
    false_positives: Annotated[
        list[Path],
        typer.Option("--false-positives", "-f", help=_("Logs with events that must no longer match.")),
    ],
    true_positives: Annotated[
        list[Path] | None,
        typer.Option("--samples", help=_("Samples that must still match; default: those of our own rules.")),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Propose a Sigma filter for a rule and prove it by running both."""
    import msgspec

    from keng.cli.rules_given import one_rule
    from keng.resources import rules_dir
    from keng.rulebench.samples import events_in
    from keng.rulebench.tune import known_samples
    from keng.rulebench.tune import tune as tuned

    found = one_rule(rule, data)
    try:
        events = [event for path in false_positives for event in events_in(path)]
    except OSError as error:
        fail(str(error))
    own = [rules_dir() / "samples"]
    result = tuned(found, events, known_samples(true_positives or own))
    if as_json:
        typer.echo(msgspec.json.encode({**msgspec.structs.asdict(result), "proved": result.proved}).decode())
    elif result.yaml:
        typer.echo(result.yaml.rstrip())
        typer.echo(
            _(
                "{silenced} of {wrong} false positives no longer match; {kept} of {right} known true positives still do.",
                silenced=result.silenced, wrong=result.false_positives, kept=result.kept,
                right=result.true_positives,
            ),
            err=True,
        )  # fmt: skip
        if not result.true_positives:
            typer.echo(
                _("No true positive is known: give some with --samples before you trust this filter."),
                err=True,
            )
    else:
        typer.echo(shown(_("No filter: {reason}.", reason=result.reason)), err=True)
    if not result.proved:
        raise typer.Exit(1)
