"""`keng rules test PATH…`: samples that must and must not match. Ends with 1 if one does not as it must."""

from pathlib import Path
from typing import Annotated

import typer

from keng.cli.rules_told import AsJson, Data, print_json, shown
from keng.i18n import _


def test(
    paths: Annotated[
        list[Path],
        typer.Argument(help=_("Samples: our JSON files, SigmaHQ's regression data, or folders of either.")),
    ],
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", "-r", help=_("Rules to test; default: those in use."))
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Run rules on samples and say which do not behave."""
    import msgspec

    from keng.cli.rules_given import rules_in_use
    from keng.detect.sigma import load_rules
    from keng.rulebench.check_samples import check_samples

    ruleset = load_rules(rules) if rules else rules_in_use(data)
    report = check_samples(ruleset, paths)
    wrong = [result for result in report.results if not result.passed]
    if as_json:
        for result in report.results:
            print_json(msgspec.to_builtins(result))
        print_json(
            {
                "passed": report.passed,
                "samples": len(report.results),
                "wrong": len(wrong),
                "errors": list(report.errors),
                "untested": list(report.untested),
                "unknown": list(report.unknown),
            }
        )
    else:
        titles = ruleset.info
        for result in wrong:
            what = _("must match and does not") if result.must else _("must not match and does")
            typer.echo(shown(f"✗ {titles[result.rule_id].title}: {what} ({result.sample})"))
        for error in report.errors:
            typer.echo(shown(_("cannot be read: {place}", place=error)))
        typer.echo(
            _(
                "{passed} of {all} samples are as they must be; {untested} rules have no sample;"
                " {unknown} samples are of rules that are not loaded.",
                passed=len(report.results) - len(wrong), all=len(report.results), untested=len(report.untested),
                unknown=len(report.unknown),
            )
        )  # fmt: skip
    if not report.passed or not report.results:
        raise typer.Exit(1)
