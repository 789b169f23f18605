"""`keng rules tune RULE --false-positives FILE…`: a filter proposed and proved. Ends with 1 if there is none."""

from pathlib import Path
from typing import Annotated

import typer

from keng.cli.lines import put
from keng.cli.rules_given import RuleName
from keng.cli.rules_told import AsJson, Data, fail, shown
from keng.i18n import _


def tune(
    rule: RuleName,
    false_positives: Annotated[
        list[str],
        typer.Option(
            "--false-positives",
            "-f",
            metavar="EVENTS",
            help=_("Events that must no longer match: logs, - for standard input, or ids of stored events."),
        ),
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

    from keng.cli.rules_given import events_given, one_rule
    from keng.resources import rules_dir
    from keng.rulebench.tune import known_samples
    from keng.rulebench.tune import tune as tuned

    found = one_rule(rule, data)
    events = [event for place in false_positives for event in events_given(place, data)]
    for path in true_positives or ():
        if not path.exists():
            fail(_("{path}: no such file or folder", path=path))
    own = [rules_dir() / "samples"]
    result = tuned(found, events, known_samples(true_positives or own))
    if as_json:
        typer.echo(msgspec.json.encode({**msgspec.structs.asdict(result), "proved": result.proved}).decode())
    elif result.yaml:
        typer.echo(result.yaml.rstrip())
        put(
            _(
                "False positives that no longer match: {silenced} of {wrong}. Known true positives that still do: {kept} of"
                " {right}.",
                silenced=result.silenced, wrong=result.false_positives, kept=result.kept,
                right=result.true_positives,
            ),
            err=True,
        )  # fmt: skip
        if not result.true_positives:
            put(
                _("No true positive is known: give some with --samples before you trust this filter."),
                err=True,
            )
        elif result.proved:
            put(_("Proved. To use it: save it as a .yml file and give it to keng rules add."), err=True)
    else:
        put(shown(_("No filter: {reason}.", reason=result.reason)), err=True)
    if not result.proved:
        raise typer.Exit(1)
