"""`keng rules test PATH…`: samples that must and must not match. Ends with 1 if one does not as it must."""

from pathlib import Path
from typing import Annotated

import typer

from keng.cli.lines import put
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

    from keng.cli.rules_given import rules_given, rules_in_use
    from keng.rulebench.check_samples import check_samples

    ruleset = rules_given(rules) if rules else rules_in_use(data)
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
            put(shown(f"✗ {titles[result.rule_id].title}: {what} ({result.sample})"), 0, 4)
        for error in report.errors:
            put(shown(_("cannot be read: {place}", place=error)), 0, 4)
        if not report.results and not report.errors and not report.unknown:
            put(
                _(
                    "There is no sample in it. A sample is a JSON file with “rule”, “match” and “no_match”, or"
                    " SigmaHQ's info.yml with its logs (docs/rules.md)."
                )
            )
        put(
            _(
                "Samples as they must be: {passed} of {all}. Rules without a sample: {untested}. Samples of rules that"
                " are not loaded: {unknown}.",
                passed=f"{len(report.results) - len(wrong):,}", all=f"{len(report.results):,}",
                untested=f"{len(report.untested):,}", unknown=f"{len(report.unknown):,}",
            )
        )  # fmt: skip
    if not report.passed or not report.results:
        raise typer.Exit(1)
